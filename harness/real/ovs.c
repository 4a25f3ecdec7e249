/* The daemons of a private Open vSwitch, and when they run: see ovs.h. */
#define _GNU_SOURCE /* ppoll, realpath */
#include "harness/real/ovs.h"

#include "harness/real/deadline.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SCHEMA "/usr/share/openvswitch/vswitch.ovsschema"

enum {
    PATH_SIZE = PATH_MAX + 64, /* a file of the folder, and an option before it */
};

static bool
fail(struct diagnostic *diagnostic, const char *program, const char *what)
{
    return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "%s: %s", program, what);
}

/* "PREFIX FOLDER NAME" in one word, in `text` of PATH_SIZE bytes. */
static const char *
place(const struct ovs *ovs, const char *prefix, const char *name, char *text)
{
    snprintf(text, PATH_SIZE, "%s%s%s", prefix, ovs->folder, name);
    return text;
}

/* Starts a program whose every default folder is ours. */
static bool
start(struct ovs *ovs, struct child *child, const char *path, const char *const *arguments,
      struct diagnostic *diagnostic)
{
    char run[PATH_SIZE], log[PATH_SIZE], data[PATH_SIZE], etc[PATH_SIZE], name[64],
        output[PATH_SIZE];
    const char *const variables[] = {
        place(ovs, "OVS_RUNDIR=", "", run), place(ovs, "OVS_LOGDIR=", "", log),
        place(ovs, "OVS_DBDIR=", "", data), place(ovs, "OVS_SYSCONFDIR=", "", etc),
        "OVS_SYSLOG_METHOD=null",           NULL};

    snprintf(name, sizeof name, "/%.50s.log", arguments[0]);
    return child_start(child, path, arguments, variables, place(ovs, "", name, output), diagnostic);
}

/* An earlier run's output would be taken for this one's, and fill a folder in memory. */
static void
remove_logs(const struct ovs *ovs)
{
    static const char *const logs[] = {"/ovsdb-tool.log", "/ovsdb-server.log", "/ovs-vswitchd.log",
                                       "/ovs-vsctl.log"};
    char path[PATH_SIZE];

    for (size_t i = 0; i < sizeof logs / sizeof *logs; i++) {
        unlink(place(ovs, "", logs[i], path));
    }
}

const char *
ovs_last_words(const struct ovs *ovs, const char *program, char line[OVS_LINE_SIZE])
{
    char path[PATH_SIZE], name[64];
    FILE *log;

    snprintf(name, sizeof name, "/%.50s.log", program);
    log = fopen(place(ovs, "", name, path), "re");
    snprintf(line, OVS_LINE_SIZE, "it said nothing");
    while (log != NULL && fgets(line, OVS_LINE_SIZE, log) != NULL) {
        line[strcspn(line, "\n")] = '\0';
    }
    if (log != NULL) {
        fclose(log);
    }
    return line;
}

/* The database as it is when nothing has happened yet, in place of an earlier one. */
static bool
create_database(struct ovs *ovs, const char *tool, struct diagnostic *diagnostic)
{
    char data[PATH_SIZE], lock[PATH_SIZE];
    const char *const arguments[] = {"ovsdb-tool", "create", place(ovs, "", "/conf.db", data),
                                     SCHEMA, NULL};
    char words[OVS_LINE_SIZE];
    struct child child;
    int status;

    unlink(data);
    unlink(place(ovs, "", "/.conf.db.~lock~", lock));
    if (!start(ovs, &child, tool, arguments, diagnostic)) {
        return false;
    }
    if (!child_reap(&child, deadline_in(ovs->deadline_ms), &status)) {
        child_kill(&child);
        return fail(diagnostic, "ovsdb-tool", "it did not end before the deadline");
    }
    return status == 0 ||
           fail(diagnostic, "ovsdb-tool create", ovs_last_words(ovs, "ovsdb-tool", words));
}

/* Returns when the server has connected to us, after it began to listen for others. */
static bool
start_server(struct ovs *ovs, const char *server, struct diagnostic *diagnostic)
{
    char data[PATH_SIZE], others[PATH_SIZE], us[PATH_SIZE], control[PATH_SIZE];
    const char *const arguments[] = {"ovsdb-server",
                                     "-vsyslog:off",
                                     "-vconsole:info",
                                     place(ovs, "--remote=punix:", "/db.sock", others),
                                     place(ovs, "--remote=unix:", "/client.sock", us),
                                     place(ovs, "--unixctl=", "/ovsdb-server.ctl", control),
                                     place(ovs, "", "/conf.db", data),
                                     NULL};
    int listening = ovsdb_listen(ovs->folder, "client.sock", diagnostic);
    bool started;

    if (listening < 0) {
        return false;
    }
    started = start(ovs, &ovs->server, server, arguments, diagnostic) &&
              ovsdb_accept(&ovs->database, listening, ovs->server.pidfd,
                           deadline_in(ovs->deadline_ms), diagnostic);
    close(listening);
    return started;
}

/* Waits until ovs-vswitchd has done what next_cfg stands for. */
static bool
await_vswitchd(struct ovs *ovs, long long next_cfg, struct diagnostic *diagnostic)
{
    char words[OVS_LINE_SIZE];
    json_t *results, *operations = json_pack("[{s:s, s:s, s:[[s, s, I]], s:[s], s:s, s:[]}]", "op",
                                             "wait", "table", "Open_vSwitch", "where", "cur_cfg",
                                             ">=", (json_int_t)next_cfg, "columns", "cur_cfg",
                                             "until", "!=", "rows");

    switch (ovsdb_race(&ovs->database, operations, ovs->vswitchd.pidfd,
                       deadline_in(ovs->deadline_ms), &results, diagnostic)) {
    case OVSDB_REPLIED:
        json_decref(results);
        return true;
    case OVSDB_OTHER:
        return fail(diagnostic, "ovs-vswitchd has ended",
                    ovs_last_words(ovs, "ovs-vswitchd", words));
    case OVSDB_LATE:
        return fail(diagnostic, "ovs-vswitchd", "it did not reconfigure before the deadline");
    case OVSDB_UNMET:
    case OVSDB_FAILED:
        break;
    }
    return false;
}

/* Waits until ovsdb-server has sent what was committed to ovs-vswitchd as well: it serves its
 * clients in turn, so it has once it has answered us again. */
static bool
await_update(struct ovs *ovs, struct diagnostic *diagnostic)
{
    json_t *results;

    if (!ovsdb_transact(&ovs->database, json_array(), deadline_in(ovs->deadline_ms), &results,
                        diagnostic)) {
        return false;
    }
    json_decref(results);
    return true;
}

/* Commits the operations, which are released, and lets ovs-vswitchd run until it has done them.
 * They are committed first, so that it finds all its work in one run and not in two. */
static bool
apply(struct ovs *ovs, json_t *operations, struct diagnostic *diagnostic)
{
    json_t *results, *bump = json_pack("[{s:s, s:s, s:[], s:[[s, s, i]]}, {s:s, s:s, s:[], s:[s]}]",
                                       "op", "mutate", "table", "Open_vSwitch", "where",
                                       "mutations", "next_cfg", "+=", 1, "op", "select", "table",
                                       "Open_vSwitch", "where", "columns", "next_cfg");
    long long next_cfg;

    if (bump == NULL || json_array_extend(operations, bump) != 0) {
        json_decref(operations);
        operations = NULL;
    }
    json_decref(bump);
    if (!ovsdb_transact(&ovs->database, operations, deadline_in(ovs->deadline_ms), &results,
                        diagnostic)) {
        return false;
    }
    next_cfg = json_integer_value(json_object_get(
        json_array_get(ovsdb_rows(results, json_array_size(results) - 1), 0), "next_cfg"));
    json_decref(results);
    if (!await_update(ovs, diagnostic)) {
        return false;
    }
    if (ovs->held && kill(ovs->vswitchd.pid, SIGCONT) != 0) {
        return fail(diagnostic, "ovs-vswitchd: SIGCONT", strerror(errno));
    }
    ovs->held = false;
    return await_vswitchd(ovs, next_cfg, diagnostic);
}

static bool
start_vswitchd(struct ovs *ovs, struct diagnostic *diagnostic)
{
    char database[PATH_SIZE], control[PATH_SIZE];
    const char *const arguments[] = {"ovs-vswitchd",
                                     "-vsyslog:off",
                                     "-vconsole:info",
                                     "--disable-system",
                                     place(ovs, "--unixctl=", "/ovs-vswitchd.ctl", control),
                                     place(ovs, "unix:", "/db.sock", database),
                                     NULL};

    return start(ovs, &ovs->vswitchd, ovs->program, arguments, diagnostic);
}

static bool
start_first_vswitchd(struct ovs *ovs, struct diagnostic *diagnostic)
{
    /* One thread of each kind: by itself it has one per processor, for each network namespace. */
    json_t *results,
        *operations = json_pack("[{s:s, s:s, s:{s:i, s:[s, [[s, s], [s, s]]]}}]", "op", "insert",
                                "table", "Open_vSwitch", "row", "next_cfg", 1, "other_config",
                                "map", "n-handler-threads", "1", "n-revalidator-threads", "1");

    if (!ovsdb_transact(&ovs->database, operations, deadline_in(ovs->deadline_ms), &results,
                        diagnostic)) {
        return false;
    }
    json_decref(results);
    return start_vswitchd(ovs, diagnostic) && await_vswitchd(ovs, 1, diagnostic);
}

bool
ovs_start(struct ovs *ovs, const char *folder, struct diagnostic *diagnostic)
{
    char tool[PATH_MAX], server[PATH_MAX];

    memset(ovs, 0, sizeof *ovs);
    ovs->database.fd = -1;
    ovs->deadline_ms = OVS_DEADLINE_MS;
    ovs->call_seconds = OVS_CALL_SECONDS;
    ovs->socket = OVS_SOCKET;
    if (!child_find("ovsdb-tool", "openvswitch-switch", tool, diagnostic) ||
        !child_find("ovsdb-server", "openvswitch-switch", server, diagnostic) ||
        !child_find("ovs-vswitchd", "openvswitch-switch", ovs->program, diagnostic) ||
        !child_find("ovs-vsctl", "openvswitch-switch", ovs->vsctl, diagnostic)) {
        return false;
    }
    if (access(SCHEMA, R_OK) != 0) {
        return diagnose(diagnostic, EXIT_MISSING, NULL, 0, 0, "the file " SCHEMA " is missing");
    }
    if (realpath(folder, ovs->folder) == NULL) {
        return diagnose(diagnostic, EXIT_INTERNAL, folder, 0, 0, "%s", strerror(errno));
    }
    remove_logs(ovs);
    if (!create_database(ovs, tool, diagnostic) || !start_server(ovs, server, diagnostic) ||
        !start_first_vswitchd(ovs, diagnostic)) {
        ovs_stop(ovs);
        return false;
    }
    return true;
}

void
ovs_stop(struct ovs *ovs)
{
    for (size_t i = 0; i < OVS_MAX_CALLS; i++) {
        child_kill(&ovs->call[i]);
    }
    child_kill(&ovs->vswitchd);
    child_kill(&ovs->server);
    ovsdb_close(&ovs->database);
    ovs->uncommitted = 0;
    ovs->held = false;
}

/* Applies the operations, with ovs-vswitchd held afterwards if it was before. */
static bool
apply_as_it_is(struct ovs *ovs, json_t *operations, struct diagnostic *diagnostic)
{
    bool held = ovs->held, applied = apply(ovs, operations, diagnostic);

    return (!held || ovs_hold(ovs, diagnostic)) && applied;
}

bool
ovs_run(struct ovs *ovs, struct diagnostic *diagnostic)
{
    bool applied = apply(ovs, json_array(), diagnostic);

    return ovs_hold(ovs, diagnostic) && applied;
}

bool
ovs_restart(struct ovs *ovs, struct diagnostic *diagnostic)
{
    child_kill(&ovs->vswitchd);
    ovs->held = false;
    return start_vswitchd(ovs, diagnostic) && ovs_run(ovs, diagnostic);
}

bool
ovs_resume(struct ovs *ovs, struct diagnostic *diagnostic)
{
    return apply(ovs, json_array(), diagnostic);
}

bool
ovs_add_bridge(struct ovs *ovs, const char *name, struct diagnostic *diagnostic)
{
    json_t *results, *check;
    json_t *operations = json_pack(
        "[{s:s, s:s, s:s, s:{s:s, s:s}}, {s:s, s:s, s:s, s:{s:s, s:[s, s]}},"
        " {s:s, s:s, s:s, s:{s:s, s:s, s:[s, s]}}, {s:s, s:s, s:[], s:[[s, s, [s, [[s, s]]]]]}]",
        "op", "insert", "table", "Interface", "uuid-name", "interface", "row", "name", name, "type",
        "internal", "op", "insert", "table", "Port", "uuid-name", "port", "row", "name", name,
        "interfaces", "named-uuid", "interface", "op", "insert", "table", "Bridge", "uuid-name",
        "bridge", "row", "name", name, "datapath_type", "netdev", "ports", "named-uuid", "port",
        "op", "mutate", "table", "Open_vSwitch", "where", "mutations", "bridges", "insert", "set",
        "named-uuid", "bridge");
    const char *error;
    bool made;

    if (!apply_as_it_is(ovs, operations, diagnostic)) {
        return false;
    }
    check = json_pack("[{s:s, s:s, s:[[s, s, s]], s:[s]}]", "op", "select", "table", "Interface",
                      "where", "name", "==", name, "columns", "error");
    if (!ovsdb_transact(&ovs->database, check, deadline_in(ovs->deadline_ms), &results,
                        diagnostic)) {
        return false;
    }
    error = json_string_value(
        json_object_get(json_array_get(ovsdb_rows(results, 0), 0), "error")); /* a set if empty */
    made = error == NULL || fail(diagnostic, "ovs-vswitchd", error);
    json_decref(results);
    return made;
}

bool
ovs_insert_port(struct ovs *ovs, const char *bridge, const char *name, int tag, const char *owner,
                struct diagnostic *diagnostic)
{
    json_t *tags = json_array();

    if (tag != 0) {
        json_array_append_new(tags, json_integer(tag));
    }
    return apply_as_it_is(ovs,
                          json_pack("[{s:s, s:s, s:s, s:{s:s, s:[s, [[s, s], [s, s], [s, s]]]}},"
                                    " {s:s, s:s, s:s, s:{s:s, s:[s, s], s:[s, o]}},"
                                    " {s:s, s:s, s:[[s, s, s]], s:[[s, s, [s, [[s, s]]]]]}]",
                                    "op", "insert", "table", "Interface", "uuid-name", "interface",
                                    "row", "name", name, "external_ids", "map", "owner", owner,
                                    "iface-id", owner, "start", "0", "op", "insert", "table",
                                    "Port", "uuid-name", "port", "row", "name", name, "interfaces",
                                    "named-uuid", "interface", "tag", "set", tags, "op", "mutate",
                                    "table", "Bridge", "where", "name", "==", bridge, "mutations",
                                    "ports", "insert", "set", "named-uuid", "port"),
                          diagnostic);
}

bool
ovs_remove_ports(struct ovs *ovs, const struct ovs_row *rows, size_t count,
                 struct diagnostic *diagnostic)
{
    json_t *ports = json_array();

    for (size_t i = 0; i < count; i++) {
        json_array_append_new(ports, json_pack("[s, s]", "uuid", rows[i].uuid));
    }
    /* Ports and interfaces that no bridge refers to are removed by the server. */
    return apply(ovs,
                 json_pack("[{s:s, s:s, s:[], s:[[s, s, [s, o]]]}]", "op", "mutate", "table",
                           "Bridge", "where", "mutations", "ports", "delete", "set", ports),
                 diagnostic);
}
