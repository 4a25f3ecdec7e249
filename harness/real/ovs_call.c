/* Calls of ovs-vsctl, which may commit and yet not end: see ovs_call.h. */
#include "harness/real/ovs_call.h"

#include "harness/real/clock.h"
#include "harness/real/deadline.h"
#include "harness/real/ovs_rows.h"

#include <stdio.h>
#include <string.h>

enum { MAX_ARGUMENTS = 64 };

/* A place for another call, or NULL. */
static struct child *
free_place(struct ovs *ovs)
{
    for (size_t i = 0; i < OVS_MAX_CALLS; i++) {
        if (ovs->call[i].pid == 0) {
            return &ovs->call[i];
        }
    }
    return NULL;
}

/* Reads next_cfg, which grows with every commit that ovs-vswitchd has to do something about. */
static bool
read_next_cfg(struct ovs *ovs)
{
    json_t *results, *select = json_pack("[{s:s, s:s, s:[], s:[s]}]", "op", "select", "table",
                                         "Open_vSwitch", "where", "columns", "next_cfg");

    results = ovsdb_transact(&ovs->database, select);
    if (results == NULL) {
        return false;
    }
    ovs->next_cfg =
        json_integer_value(json_object_get(json_array_get(ovsdb_rows(results, 0), 0), "next_cfg"));
    json_decref(results);
    return true;
}

/* The clock of the call in that place. */
static void
name_clock(const struct ovs *ovs, const struct child *call, char file[OVS_PATH_SIZE])
{
    snprintf(file, OVS_PATH_SIZE, OVS_FOLDER "/ovs-vsctl-%td.clock", call - ovs->call);
}

/* Its --timeout. */
static unsigned
call_seconds(const struct ovs *ovs)
{
    return ovs->timed ? OVS_TIMED_SECONDS : OVS_CALL_SECONDS;
}

/* Starts ovs-vsctl, under a clock of its own if that is how it is to be. */
static bool
start_call(struct ovs *ovs, struct child *call, const char *const *arguments, bool held)
{
    char clock[OVS_PATH_SIZE],
        preload[PATH_MAX] = "LD_PRELOAD=", timestamp[PATH_MAX] = "FAKETIME_TIMESTAMP_FILE=";
    const char *const variables[] = {"OVS_SYSLOG_METHOD=null",
                                     preload,
                                     timestamp,
                                     "FAKETIME_FMT=%s",
                                     "FAKETIME_NO_CACHE=1",
                                     "FAKETIME_DONT_FAKE_MONOTONIC=0",
                                     NULL};

    name_clock(ovs, call, clock);
    return (!ovs->timed || (clock_variables(clock, preload, timestamp, ovs->diagnostic) &&
                            clock_set(clock, CLOCK_BEGIN, ovs->diagnostic))) &&
           (held ? child_start_held : child_start)(call, ovs->vsctl, arguments, variables,
                                                   OVS_FOLDER "/ovs-vsctl.log", NULL,
                                                   ovs->diagnostic);
}

struct child *
ovs_call(struct ovs *ovs, const char *const *arguments)
{
    char database[OVS_PATH_SIZE], timeout[64];
    const char *all[MAX_ARGUMENTS + 1] = {"ovs-vsctl", "-vsyslog:off", database, timeout};
    struct child *call = free_place(ovs);
    size_t count = 4;

    for (; *arguments != NULL && count < MAX_ARGUMENTS; arguments++) {
        all[count++] = *arguments;
    }
    if (call == NULL || *arguments != NULL || ovs->uncommitted != NULL) {
        ovs_fail(ovs, "ovs-vsctl",
                 ovs->uncommitted != NULL ? "what the last call came to was not asked for"
                                          : "too many calls, or arguments");
        return NULL;
    }
    snprintf(database, sizeof database, "--db=unix:%s", ovs->socket);
    snprintf(timeout, sizeof timeout, "--timeout=%u", call_seconds(ovs));
    ovs->cut_off[call - ovs->call] = false;
    if ((!ovs->away && !read_next_cfg(ovs)) || !start_call(ovs, call, all, ovs->holds_calls)) {
        return NULL;
    }
    ovs->uncommitted = ovs->holds_calls ? NULL : call;
    return call;
}

bool
ovs_call_continue(struct ovs *ovs, struct child *call)
{
    if (ovs->uncommitted != NULL) {
        return ovs_fail(ovs, "ovs-vsctl", "what the last call came to was not asked for");
    }
    if (!ovs->away && !read_next_cfg(ovs)) {
        return false;
    }
    ovs->uncommitted = call;
    child_continue(call);
    return true;
}

bool
ovs_next_cfg(struct ovs *ovs, long long *next_cfg)
{
    bool read = read_next_cfg(ovs);

    *next_cfg = ovs->next_cfg;
    return read;
}

bool
ovs_has_passed(struct ovs *ovs, long long next_cfg, int other, bool *passed)
{
    json_t *results,
        *operations = json_pack("[{s:s, s:s, s:[[s, s, I]], s:[s], s:s, s:[]}]", "op", "wait",
                                "table", "Open_vSwitch", "where", "next_cfg", ">",
                                (json_int_t)next_cfg, "columns", "next_cfg", "until", "!=", "rows");
    enum ovsdb_event event = ovsdb_race(&ovs->database, operations, other, &results);

    *passed = event == OVSDB_REPLIED;
    if (*passed) {
        json_decref(results);
    }
    return *passed || event == OVSDB_OTHER ||
           (event == OVSDB_LATE &&
            ovs_fail(ovs, "ovs-vsctl", "it neither committed nor ended before the deadline"));
}

bool
ovs_committed(struct ovs *ovs, struct child *call, bool *ended, int *status)
{
    bool passed = false;

    if (call == NULL || call != ovs->uncommitted) {
        return ovs_fail(ovs, "ovs-vsctl", "this is not the last call");
    }
    if (ovs->away) {
        ovs->uncommitted = NULL;
        *ended = true;
        return child_reap(call, deadline_in(OVSDB_DEADLINE_MS), status) ||
               ovs_fail(ovs, "ovs-vsctl", "it did not end before the deadline");
    }
    if (!ovs_has_passed(ovs, ovs->next_cfg, call->pidfd, &passed)) {
        return false;
    }
    *ended = !passed;
    if (*ended) {
        child_reap(call, deadline_in(0), status);
    }
    ovs->uncommitted = NULL;
    return true;
}

bool
ovs_call_passes(struct ovs *ovs, const struct child *call, unsigned seconds)
{
    char clock[OVS_PATH_SIZE];

    name_clock(ovs, call, clock);
    return clock_set(clock, CLOCK_BEGIN + seconds, ovs->diagnostic);
}

bool
ovs_time_out(struct ovs *ovs, struct child *call, int *status)
{
    bool connected = !ovs->away && !ovs->cut_off[call - ovs->call];
    json_t *wake;

    if (call == ovs->uncommitted || !ovs->timed) {
        return ovs_fail(ovs, "ovs-vsctl", "this call has no timed wait");
    }
    if (!ovs_call_passes(ovs, call, call_seconds(ovs))) {
        return false;
    }
    /* It looks at its clock when poll(2) returns (lib/timeval.c, time_poll); every ovs-vsctl that
     * waits watches cur_cfg, which is behind what it waits for, and may fall back further.  One
     * that is not connected wakes up by itself, once a second. */
    wake = !connected ? NULL
                      : json_pack("[{s:s, s:s, s:[], s:[[s, s, i]]}]", "op", "mutate", "table",
                                  "Open_vSwitch", "where", "mutations", "cur_cfg", "-=", 1);
    return ((!connected || ovsdb_commit(&ovs->database, wake)) &&
            child_reap(call, deadline_in(OVSDB_DEADLINE_MS), status)) ||
           ovs_fail(ovs, "ovs-vsctl", "it did not run out of time before the deadline");
}

bool
ovs_remove_port_of(struct ovs *ovs, const char *bridge, const char *name, const char *owner,
                   const char *start, bool *changed)
{
    const char *uuid = NULL;
    json_t *results, *operations, *ids;
    struct ovs_rows rows;

    *changed = false;
    if (!ovs_rows(ovs, &rows)) {
        return false;
    }
    for (size_t i = 0; i < rows.count; i++) {
        uuid = strcmp(rows.row[i].name, name) == 0 ? rows.row[i].uuid : uuid;
    }
    if (uuid == NULL) {
        return true;
    }
    ids = start == NULL ? json_pack("[s, [[s, s]]]", "map", "owner", owner)
                        : json_pack("[s, [[s, s], [s, s]]]", "map", "owner", owner, "start", start);
    /* The Port is still that one, and its Interface's external ids are the caller's. */
    operations = json_pack(
        "[{s:s, s:s, s:i, s:[[s, s, [s, s]]], s:[s], s:s, s:[{s:s}]},"
        " {s:s, s:s, s:i, s:[[s, s, s], [s, s, o]], s:[s], s:s, s:[{s:s}]},"
        " {s:s, s:s, s:[[s, s, s]], s:[[s, s, [s, s]]]}, {s:s, s:s, s:[], s:[[s, s, i]]}]",
        "op", "wait", "table", "Port", "timeout", 0, "where", "_uuid", "==", "uuid", uuid,
        "columns", "name", "until", "==", "rows", "name", name, "op", "wait", "table", "Interface",
        "timeout", 0, "where", "name", "==", name, "external_ids", "includes", ids, "columns",
        "name", "until", "==", "rows", "name", name, "op", "mutate", "table", "Bridge", "where",
        "name", "==", bridge, "mutations", "ports", "delete", "uuid", uuid, "op", "mutate", "table",
        "Open_vSwitch", "where", "mutations", "next_cfg", "+=", 1);
    switch (ovsdb_race(&ovs->database, operations, -1, &results)) {
    case OVSDB_REPLIED:
        json_decref(results);
        *changed = true;
        return true;
    case OVSDB_UNMET:
        return true;
    case OVSDB_OTHER:
    case OVSDB_LATE:
        return ovs_fail(ovs, "ovs-vsctl",
                        "the removal of a port was not answered before the deadline");
    case OVSDB_FAILED:
        break;
    }
    return false;
}

int
ovs_reap(struct ovs *ovs, struct child *call)
{
    int status = -1;

    if (ovs->uncommitted == call) {
        ovs->uncommitted = NULL;
    }
    if (!child_reap(call, deadline_in(OVSDB_DEADLINE_MS), &status)) {
        child_kill(call);
        status = -1;
    }
    return status;
}
