/* A private Open vSwitch with the userspace datapath, or the kernel's, whose every asynchronous act
 * can be held back and let happen as a step.
 *
 * ovsdb-server and ovs-vswitchd run as children of the caller, with all that they keep in the
 * sandbox's folder, in the network namespace that the caller is in when it starts them: a fresh
 * one, so that they meet no other Open vSwitch.  They end with the thread that started them.
 *
 * ovs-vswitchd is held by SIGSTOP.  Meanwhile ovsdb-server takes transactions, and an ovs-vsctl
 * that has committed one waits, as it does on a busy host.  Open_vSwitch.next_cfg says how far the
 * configuration is ahead of what ovs-vswitchd has done, cur_cfg (ovs-vswitchd.conf.db(5)). */
#ifndef TAPWEAVE_HARNESS_REAL_OVS_H
#define TAPWEAVE_HARNESS_REAL_OVS_H

#include "harness/diagnostic.h"
#include "harness/real/child.h"
#include "harness/real/ovsdb.h"
#include "harness/real/sandbox.h"

#include <limits.h>

enum {
    OVS_MAX_CALLS = 32,
    OVS_CALL_SECONDS = 120, /* --timeout of every ovs-vsctl */
    OVS_TIMED_SECONDS = 5,  /* of one whose clock stands still: libvirt's (facts 1f) */
    OVS_NAME_SIZE = 64,     /* bytes of a name or an owner, and a NUL: more is an error */
    OVS_UUID_SIZE = 37,
    OVS_LINE_SIZE = 256,
    OVS_PATH_SIZE = 128, /* of a file in the folder */
    OVS_MAX_ROWS = 64,
};

/* It has conf.db, db.sock, and each program's output as NAME.log. */
#define OVS_FOLDER SANDBOX_FOLDER
#define OVS_SOCKET OVS_FOLDER "/db.sock"
#define OVS_CONTROL OVS_FOLDER "/ovs-vswitchd.ctl" /* of ovs-vswitchd */

/* In the order in which they are asked for. */
enum ovs_table { OVS_BRIDGES, OVS_PORTS, OVS_INTERFACES, OVS_QOS, OVS_QUEUES };

struct ovs {
    char vsctl[PATH_MAX], program[PATH_MAX]; /* of ovs-vsctl and ovs-vswitchd */
    char server_program[PATH_MAX];           /* of ovsdb-server */
    struct diagnostic *diagnostic; /* not owned: what every function on this that fails fills in */
    struct child server, vswitchd;
    struct child call[OVS_MAX_CALLS]; /* that were not reaped */
    struct ovsdb database;
    long long next_cfg;        /* before the last ovs_call */
    bool holds_calls;          /* those that are started are held, before they do anything */
    struct child *uncommitted; /* the last ovs_call, until it is known what became of it; or NULL */
    bool held;                 /* ovs-vswitchd is stopped */
    bool away;                 /* there is no ovsdb-server: ovs_outage.h */
    bool parted;               /* nor has ovs-vswitchd been connected to one since */
    bool cut_off[OVS_MAX_CALLS]; /* nor has that call */
    json_t *tables;              /* what ovs_select has got last; owned, or NULL */
    bool system;                 /* it drives the kernel's datapath as well */
    const char *socket;          /* what every ovs-vsctl talks to */
    bool timed; /* each ovs-vsctl has a clock of its own, which stands still: clock.h; that of
                 * ovs-vswitchd goes on, and can be moved: ovs_control.h */
};

/* A port that is not a bridge's own, as the database has it. */
struct ovs_row {
    char name[OVS_NAME_SIZE];
    char bridge[OVS_NAME_SIZE];
    char uuid[OVS_UUID_SIZE];  /* of the Port */
    int tag;                   /* its VLAN; 0: none */
    char owner[OVS_NAME_SIZE]; /* external_ids:owner of the Interface of the same name, or "" */
    char start[OVS_NAME_SIZE]; /* external_ids:start, or "" */
    char iface[OVS_NAME_SIZE]; /* external_ids:iface-id of the same, or "" */
};

struct ovs_rows {
    struct ovs_row row[OVS_MAX_ROWS];
    size_t count;
};

/* Every function on it that is a bool is false with a diagnostic (of EXIT_INTERNAL if nothing else
 * is said) when what it waits for has not happened by the deadline, or a daemon has ended. */

/* "PROGRAM: WHAT". */
static inline bool
ovs_fail(const struct ovs *ovs, const char *program, const char *what)
{
    return diagnose(ovs->diagnostic, EXIT_INTERNAL, NULL, 0, 0, "%s: %s", program, what);
}

/* Starts both daemons with an empty database, once in a sandbox, and returns when ovs-vswitchd has
 * read its configuration and runs.  `system`: it is to drive the kernel's datapath as well, which
 * it leaves alone otherwise.  `timed`: ovs->timed.  A diagnostic of EXIT_MISSING names the program
 * or file that this machine lacks.  To be stopped only if true. */
bool ovs_start(struct ovs *ovs, bool system, bool timed, struct diagnostic *diagnostic);

/* Ends the daemons and the calls that were not reaped, and reaps them.  The folder keeps its files.
 */
void ovs_stop(struct ovs *ovs);

/* Starts ovsdb-server on the database as it is, and connects to it. */
bool ovs_start_server(struct ovs *ovs);

/* What there is to see of the database, in one transaction: the tables' rows (ovsdb_rows), by enum
 * ovs_table, to be released with json_decref; NULL with a diagnostic.  While there is no
 * ovsdb-server, what they were last. */
json_t *ovs_select(struct ovs *ovs);

/* Adds a bridge of that datapath_type, netdev or system; ovs-vswitchd runs until it has done so,
 * and then is held if it was before.  Diagnostics also when it exists already, or ovs-vswitchd has
 * an error with it.
 */
bool ovs_add_bridge(struct ovs *ovs, const char *name, const char *type);

/* The same with a port of an existing bridge, its tag (0: none), and external_ids of its Interface:
 * owner and iface-id, and 0 for start.  What builds a test bed goes straight to the database: an
 * ovs-vsctl is a process, and costs more than a step. */
bool ovs_insert_port(struct ovs *ovs, const char *bridge, const char *name, int tag,
                     const char *owner);

/* The rate of every limit by QoS, as a setting of ovs-vsctl and as its value. */
#define OVS_QOS_VALUE "8000000"
#define OVS_QOS_RATE "other_config:min-rate=8000000"

/* The same with the QoS, and its queue, of a port of that name: external_ids are vm-id and ifname.
 */
bool ovs_insert_qos(struct ovs *ovs, const char *vm, const char *name);

/* Stops ovs-vswitchd: it does nothing any more by the time this returns (ovs_hold.c). */
bool ovs_hold(struct ovs *ovs);

/* Lets ovs-vswitchd run until it has reconfigured itself once with everything that was committed,
 * and every event of the network namespace, before this call; then holds it.  Calls that had
 * committed can be reaped then. */
bool ovs_run(struct ovs *ovs);

/* Kills ovs-vswitchd, held or not, starts it again, and lets that one run as ovs_run does. */
bool ovs_restart(struct ovs *ovs);

/* As ovs_run, and then it goes on running. */
bool ovs_resume(struct ovs *ovs);

/* The last line that this program ("ovs-vsctl") has said, in `line`: its folder does not outlive
 * the run. */
const char *ovs_last_words(const char *program, char line[OVS_LINE_SIZE]);

/* Removes these ports, and then all QoS, and lets ovs-vswitchd run as ovs_resume does.  One that is
 * gone already is no error. */
bool ovs_remove_ports(struct ovs *ovs, const struct ovs_rows *rows);

#endif
