/* The daemons of a private Open vSwitch, and when they run: see ovs.h. */
#include "harness/real/ovs.h"

#include "harness/real/deadline.h"
#include "harness/real/ovs_control.h"

#include <errno.h>
#include <sha1.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SCHEMA "/usr/share/openvswitch/vswitch.ovsschema"
#define CLIENT OVS_FOLDER "/client.sock"

static const char database[] = OVS_FOLDER "/conf.db";

/* Starts a program whose every default folder is ours. */
static bool
start(struct ovs *ovs, struct child *child, const char *path, const char *const *arguments)
{
    static const char *const variables[] = {"OVS_RUNDIR=" OVS_FOLDER, "OVS_LOGDIR=" OVS_FOLDER,
                                            "OVS_DBDIR=" OVS_FOLDER,  "OVS_SYSCONFDIR=" OVS_FOLDER,
                                            "OVS_SYSLOG_METHOD=null", NULL};
    char output[OVS_PATH_SIZE];

    snprintf(output, sizeof output, OVS_FOLDER "/%.50s.log", arguments[0]);
    return child_start(child, path, arguments, variables, output, NULL, ovs->diagnostic);
}

const char *
ovs_last_words(const char *program, char line[OVS_LINE_SIZE])
{
    char path[OVS_PATH_SIZE];

    snprintf(path, sizeof path, OVS_FOLDER "/%.50s.log", program);
    return child_last_words(path, line, OVS_LINE_SIZE);
}

/* The database as it is when nothing has happened yet: its schema alone, in one line (ovsdb(5),
 * "Standalone Format").  An ovsdb-tool, which would write the same, is a process more. */
static bool
create_database(struct ovs *ovs)
{
    json_t *schema = json_load_file(SCHEMA, 0, NULL);
    char *text = schema == NULL ? NULL : json_dumps(schema, JSON_COMPACT), *line = NULL;
    size_t length = text == NULL ? 0 : strlen(text) + 1;
    FILE *file = text == NULL ? NULL : fopen(database, "wxe");
    char hash[SHA1_DIGEST_STRING_LENGTH];
    bool written = file != NULL && (line = realloc(text, length + 1)) != NULL;

    if (written) {
        memcpy(line + length - 1, "\n", 2);
        SHA1Data((const uint8_t *)line, length, hash);
        written = fprintf(file, "OVSDB JSON %zu %s\n%s", length, hash, line) > 0;
        text = line;
    }
    if (file != NULL) {
        written = fclose(file) == 0 && written;
    }
    free(text);
    json_decref(schema);
    return written || ovs_fail(ovs, database, "it cannot be made of " SCHEMA);
}

/* Returns when the server has connected to us, after it began to listen for others. */
bool
ovs_start_server(struct ovs *ovs)
{
    static const char *const arguments[] = {"ovsdb-server",
                                            "-vsyslog:off",
                                            "-vconsole:info",
                                            "--remote=punix:" OVS_SOCKET,
                                            "--remote=unix:" CLIENT,
                                            "--unixctl=" OVS_FOLDER "/ovsdb-server.ctl",
                                            database,
                                            NULL};
    int listening = ovsdb_listen(CLIENT, ovs->diagnostic);
    bool started;

    if (listening < 0) {
        return false;
    }
    started = start(ovs, &ovs->server, ovs->server_program, arguments) &&
              ovsdb_accept(&ovs->database, listening, ovs->server.pidfd, ovs->diagnostic);
    close(listening);
    /* A server that has no room to write neither commits nor refuses. */
    ovs->database.hopeless = sandbox_is_full;
    return started;
}

/* Waits until ovs-vswitchd has done what next_cfg stands for. */
static bool
await_vswitchd(struct ovs *ovs, long long next_cfg)
{
    char words[OVS_LINE_SIZE];
    json_t *results, *operations = json_pack("[{s:s, s:s, s:[[s, s, I]], s:[s], s:s, s:[]}]", "op",
                                             "wait", "table", "Open_vSwitch", "where", "cur_cfg",
                                             ">=", (json_int_t)next_cfg, "columns", "cur_cfg",
                                             "until", "!=", "rows");

    switch (ovsdb_race(&ovs->database, operations, ovs->vswitchd.pidfd, &results)) {
    case OVSDB_REPLIED:
        json_decref(results);
        return true;
    case OVSDB_OTHER:
        return ovs_fail(ovs, "ovs-vswitchd has ended", ovs_last_words("ovs-vswitchd", words));
    case OVSDB_LATE:
        return ovs_fail(ovs, "ovs-vswitchd", "it did not reconfigure before the deadline");
    case OVSDB_UNMET:
    case OVSDB_FAILED:
        break;
    }
    return false;
}

/* Commits the operations, which are released, and lets ovs-vswitchd run until it has done them.
 * They are committed first, so that it finds all its work in one run and not in two. */
static bool
apply(struct ovs *ovs, json_t *operations)
{
    json_t *results, *bump = json_pack("[{s:s, s:s, s:[], s:[[s, s, i]]}, {s:s, s:s, s:[], s:[s]}]",
                                       "op", "mutate", "table", "Open_vSwitch", "where",
                                       "mutations", "next_cfg", "+=", 1, "op", "select", "table",
                                       "Open_vSwitch", "where", "columns", "next_cfg");
    long long next_cfg;
    int asked = -1;

    if (bump == NULL || json_array_extend(operations, bump) != 0) {
        json_decref(operations);
        operations = NULL;
    }
    json_decref(bump);
    results = ovsdb_transact(&ovs->database, operations);
    if (results == NULL) {
        return false;
    }
    next_cfg = json_integer_value(json_object_get(
        json_array_get(ovsdb_rows(results, json_array_size(results) - 1), 0), "next_cfg"));
    json_decref(results);
    /* ovsdb-server serves its clients in turn: when it has answered us again, it has sent what was
     * committed to ovs-vswitchd as well. */
    if (!ovsdb_commit(&ovs->database, json_array())) {
        return false;
    }
    if (ovs->parted && (asked = ovs_ask_to_connect(ovs)) < 0) {
        return false;
    }
    if (ovs->held && kill(ovs->vswitchd.pid, SIGCONT) != 0) {
        return ovs_fail(ovs, "ovs-vswitchd: SIGCONT", strerror(errno));
    }
    ovs->held = false;
    ovs->parted = !await_vswitchd(ovs, next_cfg);
    if (asked >= 0) {
        close(asked);
    }
    return !ovs->parted;
}

static bool
start_vswitchd(struct ovs *ovs)
{
    static const char *const arguments[] = {"ovs-vswitchd",
                                            "-vsyslog:off",
                                            "-vconsole:info",
                                            "--unixctl=" OVS_CONTROL,
                                            "unix:" OVS_SOCKET,
                                            NULL, /* for two more */
                                            NULL,
                                            NULL};
    const char *words[sizeof arguments / sizeof *arguments], **last = words;

    memcpy(words, arguments, sizeof arguments);
    for (; *last != NULL; last++) {
    }
    if (!ovs->system) {
        *last++ = "--disable-system";
    }
    if (ovs->timed) {
        *last++ = "--enable-dummy"; /* it has time/warp then; and types that nobody asks for */
    }
    return start(ovs, &ovs->vswitchd, ovs->program, words);
}

static bool
start_first_vswitchd(struct ovs *ovs)
{
    /* One thread of each kind: by itself it has one per processor, for each network namespace. */
    json_t *operations = json_pack("[{s:s, s:s, s:{s:i, s:[s, [[s, s], [s, s]]]}}]", "op", "insert",
                                   "table", "Open_vSwitch", "row", "next_cfg", 1, "other_config",
                                   "map", "n-handler-threads", "1", "n-revalidator-threads", "1");

    return ovsdb_commit(&ovs->database, operations) && start_vswitchd(ovs) &&
           await_vswitchd(ovs, 1);
}

bool
ovs_start(struct ovs *ovs, bool system, bool timed, struct diagnostic *diagnostic)
{
    memset(ovs, 0, sizeof *ovs);
    ovs->diagnostic = diagnostic;
    ovs->database.fd = -1;
    ovs->socket = OVS_SOCKET;
    ovs->system = system;
    ovs->timed = timed;
    if (!child_find("ovsdb-server", "openvswitch-switch", ovs->server_program, diagnostic) ||
        !child_find("ovs-vswitchd", "openvswitch-switch", ovs->program, diagnostic) ||
        !child_find("ovs-vsctl", "openvswitch-switch", ovs->vsctl, diagnostic)) {
        return false;
    }
    if (access(SCHEMA, R_OK) != 0) {
        return diagnose(diagnostic, EXIT_MISSING, NULL, 0, 0, "the file " SCHEMA " is missing");
    }
    /* Where ovs-vsctl looks for its database by itself, for those who enter. */
    if (symlink(".", OVS_FOLDER "/openvswitch") != 0) {
        return diagnose(diagnostic, EXIT_INTERNAL, OVS_FOLDER, 0, 0, "%s", strerror(errno));
    }
    if (!create_database(ovs) || !ovs_start_server(ovs) || !start_first_vswitchd(ovs)) {
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
    json_decref(ovs->tables);
    ovs->tables = NULL;
    ovs->uncommitted = NULL;
    ovs->held = false;
}

json_t *
ovs_select(struct ovs *ovs)
{
    json_t *operations;

    if (ovs->away) {
        return json_incref(ovs->tables);
    }
    operations = json_pack(
        "[{s:s, s:s, s:[], s:[s, s]}, {s:s, s:s, s:[], s:[s, s, s, s, s]},"
        " {s:s, s:s, s:[], s:[s, s, s]}, {s:s, s:s, s:[], s:[s, s]}, {s:s, s:s, s:[], s:[s, s]}]",
        "op", "select", "table", "Bridge", "where", "columns", "name", "ports", "op", "select",
        "table", "Port", "where", "columns", "_uuid", "name", "interfaces", "tag", "qos", "op",
        "select", "table", "Interface", "where", "columns", "_uuid", "name", "external_ids", "op",
        "select", "table", "QoS", "where", "columns", "_uuid", "external_ids", "op", "select",
        "table", "Queue", "where", "columns", "_uuid", "external_ids");
    json_decref(ovs->tables);
    ovs->tables = ovsdb_transact(&ovs->database, operations);
    return json_incref(ovs->tables);
}

/* Applies the operations, with ovs-vswitchd held afterwards if it was before. */
static bool
apply_as_it_is(struct ovs *ovs, json_t *operations)
{
    bool held = ovs->held, applied = apply(ovs, operations);

    return (!held || ovs_hold(ovs)) && applied;
}

bool
ovs_run(struct ovs *ovs)
{
    bool applied = apply(ovs, json_array());

    return ovs_hold(ovs) && applied;
}

bool
ovs_restart(struct ovs *ovs)
{
    child_kill(&ovs->vswitchd);
    ovs->held = false;
    return start_vswitchd(ovs) && ovs_run(ovs);
}

bool
ovs_resume(struct ovs *ovs)
{
    return apply(ovs, json_array());
}

bool
ovs_add_bridge(struct ovs *ovs, const char *name, const char *type)
{
    json_t *results, *check;
    json_t *operations = json_pack(
        "[{s:s, s:s, s:s, s:{s:s, s:s}}, {s:s, s:s, s:s, s:{s:s, s:[s, s]}},"
        " {s:s, s:s, s:s, s:{s:s, s:s, s:[s, s]}}, {s:s, s:s, s:[], s:[[s, s, [s, [[s, s]]]]]}]",
        "op", "insert", "table", "Interface", "uuid-name", "interface", "row", "name", name, "type",
        "internal", "op", "insert", "table", "Port", "uuid-name", "port", "row", "name", name,
        "interfaces", "named-uuid", "interface", "op", "insert", "table", "Bridge", "uuid-name",
        "bridge", "row", "name", name, "datapath_type", type, "ports", "named-uuid", "port", "op",
        "mutate", "table", "Open_vSwitch", "where", "mutations", "bridges", "insert", "set",
        "named-uuid", "bridge");
    const char *error;
    bool made;

    if (!apply_as_it_is(ovs, operations)) {
        return false;
    }
    check = json_pack("[{s:s, s:s, s:[[s, s, s]], s:[s]}]", "op", "select", "table", "Interface",
                      "where", "name", "==", name, "columns", "error");
    results = ovsdb_transact(&ovs->database, check);
    if (results == NULL) {
        return false;
    }
    error = json_string_value(
        json_object_get(json_array_get(ovsdb_rows(results, 0), 0), "error")); /* a set if empty */
    made = error == NULL || ovs_fail(ovs, "ovs-vswitchd", error);
    json_decref(results);
    return made;
}

bool
ovs_insert_port(struct ovs *ovs, const char *bridge, const char *name, int tag, const char *owner)
{
    json_t *tags = json_array();

    if (tag != 0) {
        json_array_append_new(tags, json_integer(tag));
    }
    return apply_as_it_is(
        ovs, json_pack("[{s:s, s:s, s:s, s:{s:s, s:[s, [[s, s], [s, s], [s, s]]]}},"
                       " {s:s, s:s, s:s, s:{s:s, s:[s, s], s:[s, o]}},"
                       " {s:s, s:s, s:[[s, s, s]], s:[[s, s, [s, [[s, s]]]]]}]",
                       "op", "insert", "table", "Interface", "uuid-name", "interface", "row",
                       "name", name, "external_ids", "map", "owner", owner, "iface-id", owner,
                       "start", "0", "op", "insert", "table", "Port", "uuid-name", "port", "row",
                       "name", name, "interfaces", "named-uuid", "interface", "tag", "set", tags,
                       "op", "mutate", "table", "Bridge", "where", "name", "==", bridge,
                       "mutations", "ports", "insert", "set", "named-uuid", "port"));
}

bool
ovs_insert_qos(struct ovs *ovs, const char *vm, const char *name)
{
    return apply_as_it_is(
        ovs, json_pack("[{s:s, s:s, s:s, s:{s:[s, [[s, s]]], s:[s, [[s, s], [s, s]]]}},"
                       " {s:s, s:s, s:s, s:{s:s, s:[s, [[s, s]]], s:[s, [[i, [s, s]]]],"
                       " s:[s, [[s, s], [s, s]]]}}, {s:s, s:s, s:[[s, s, s]], s:{s:[s, s]}}]",
                       "op", "insert", "table", "Queue", "uuid-name", "queue", "row",
                       "other_config", "map", "min-rate", OVS_QOS_VALUE, "external_ids", "map",
                       "vm-id", vm, "ifname", name, "op", "insert", "table", "QoS", "uuid-name",
                       "qos", "row", "type", "linux-htb", "other_config", "map", "min-rate",
                       OVS_QOS_VALUE, "queues", "map", 0, "named-uuid", "queue", "external_ids",
                       "map", "vm-id", vm, "ifname", name, "op", "update", "table", "Port", "where",
                       "name", "==", name, "row", "qos", "named-uuid", "qos"));
}

bool
ovs_remove_ports(struct ovs *ovs, const struct ovs_rows *rows)
{
    json_t *ports = json_array();

    for (size_t i = 0; i < rows->count; i++) {
        json_array_append_new(ports, json_pack("[s, s]", "uuid", rows->row[i].uuid));
    }
    /* Ports and interfaces that no bridge refers to are removed by the server; QoS is not, and only
     * when they are gone may it be. */
    return ovsdb_commit(&ovs->database, json_pack("[{s:s, s:s, s:[], s:[[s, s, [s, o]]]}]", "op",
                                                  "mutate", "table", "Bridge", "where", "mutations",
                                                  "ports", "delete", "set", ports)) &&
           apply(ovs, json_pack("[{s:s, s:s, s:[]}, {s:s, s:s, s:[]}]", "op", "delete", "table",
                                "QoS", "where", "op", "delete", "table", "Queue", "where"));
}
