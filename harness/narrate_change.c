/* What a step has changed, in words: see narrate.h. */
#include "harness/narrate.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void
narrate_begin(const struct state *state, struct lives *lives)
{
    for (unsigned name = 0; name <= IFNAME_MAX_NAMES; name++) {
        lives->of[name] = state->network.device[name].kind != DEVICE_NONE;
    }
}

/* The two states and where to write; one function for each part of the state. */
struct comparison {
    const struct scenario *scenario;
    const struct world *world;
    const struct state *before, *after;
    struct lives *lives;
    char *text;
};

static void __attribute__((format(printf, 2, 3)))
say(struct comparison *change, const char *format, ...)
{
    char sentence[NARRATE_STEP_SIZE];
    size_t used = strlen(change->text);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    snprintf(change->text + used, NARRATE_CHANGE_SIZE - used, "%s%s", used == 0 ? "" : "; ",
             sentence);
}

static const char *
owner_name(const struct comparison *change, uint8_t owner)
{
    return owner == THIRD_PARTY ? "other software"
           : owner == 0         ? "nobody"
                        : change->scenario->guest[world_guest(change->world, owner - 1u)].name;
}

/* A device that was there before the step and still is. */
static void
compare_persistent(struct comparison *change, const char *text, unsigned life,
                   const struct device *before, const struct device *after)
{
    if (before->holders == 0 && after->holders != 0) {
        say(change, "%s#%u is opened", text, life);
    } else if (before->holders != 0 && after->holders == 0) {
        say(change, "%s#%u stays, %s", text, life,
            after->orphan ? "until its container's namespace goes" : "open to nobody");
    }
    if (before->persist != after->persist) {
        say(change, "%s#%u is persistent%s", text, life, after->persist ? "" : " no more");
    }
}

/* The device of that name in one state has another name in the other state, where it is new. */
static bool
is_renamed(const struct comparison *change, uint8_t name, const struct state *one,
           const struct state *other)
{
    for (unsigned i = 1; i <= change->world->names.names && world_renames(change->world); i++) {
        if (one->network.device[i].kind == DEVICE_NONE &&
            memcmp(&other->network.device[i], &one->network.device[name],
                   sizeof *one->network.device) == 0) {
            return true;
        }
    }
    return false;
}

static void
compare_device(struct comparison *change, uint8_t name, const char *text)
{
    const struct device *before = &change->before->network.device[name],
                        *after = &change->after->network.device[name];
    unsigned life = change->lives->of[name];

    if (before->kind != DEVICE_NONE && after->kind == DEVICE_NONE) {
        say(change, "%s#%u %s", text, life,
            is_renamed(change, name, change->before, change->after) ? "is renamed" : "is gone");
    } else if (before->kind == DEVICE_NONE && after->kind != DEVICE_NONE) {
        change->lives->of[name] = ++life;
        say(change, "%s#%u %s", text, life,
            is_renamed(change, name, change->after, change->before) ? "is its name" : "appears");
    } else if (before->holders != after->holders && after->holders != 0 &&
               (before->holders & after->holders) == after->holders) {
        say(change, "%s#%u is still held", text, life);
    } else if ((after->holders & ~before->holders & HOLDER_HELPER) != 0) {
        say(change, "a helper holds %s#%u, too", text, life);
    }
    if (before->kind != DEVICE_NONE && after->kind != DEVICE_NONE) {
        compare_persistent(change, text, life, before, after);
    }
    if (after->kind != DEVICE_NONE && after->stuck != before->stuck) {
        say(change, "%s#%u is %s ovs-system", text, life, after->stuck ? "stuck to" : "free of");
    }
#define X(id, member, key, words, oracle)                                                \
    if (after->kind != DEVICE_NONE && after->member != before->member) {                 \
        say(change, "%s#%u is %s%s%s", text, life, after->member ? "" : "not ", (words), \
            after->member ? "" : " any more");                                           \
    }
    NIC_PROPERTIES(X)
#undef X
    if (after->kind != DEVICE_NONE && after->up < before->up) {
        say(change, "%s#%u is taken down", text, life);
    }
    if (after->kind != DEVICE_NONE && before->master != after->master) {
        uint8_t bridge = after->master != 0 ? after->master : before->master;

        say(change, "%s#%u %s %s", text, life, after->master != 0 ? "joins" : "leaves",
            change->scenario->bridge[bridge - 1].name);
    }
}

static void
compare_row(struct comparison *change, uint8_t name, const char *text)
{
    const struct row *before = &change->before->network.row[name],
                     *after = &change->after->network.row[name];
    struct row same = *before;
    bool is_new = before->bridge == 0;
    char vlan[NARRATE_VLAN_SIZE];

    if (after->qos != 0 && before->qos != after->qos) {
        say(change, "row %s has the QoS of %s", text, change->scenario->guest[after->qos - 1].name);
    } else if (after->bridge != 0 && before->qos != after->qos) {
        say(change, "row %s has no QoS", text);
    }
    same.dependents = after->dependents; /* that says nothing of the row itself, and this is said */
    same.qos = after->qos;
    if (memcmp(&same, after, sizeof same) == 0) {
        return;
    }
    if (after->bridge == 0) {
        say(change, "%s's row %s is deleted", owner_name(change, before->owner), text);
    } else if (is_new || (before->uuid == after->uuid && before->owner == after->owner)) {
        say(change, "row %s of %s on %s%s", text, owner_name(change, after->owner),
            change->scenario->bridge[after->bridge - 1].name,
            after->vlan == VLAN_NONE && !is_new ? ", no VLAN" : narrate_vlan(after->vlan, vlan));
    } else {
        say(change, "%s's row %s %s %s, on %s%s", owner_name(change, before->owner), text,
            after->uuid == before->uuid ? "is adopted by" : "is replaced by",
            owner_name(change, after->owner), change->scenario->bridge[after->bridge - 1].name,
            narrate_vlan(after->vlan, vlan));
    }
}

static void
compare_port(struct comparison *change, uint8_t name, const char *text)
{
    static const char *const seen[] = {"another one", "down", "up"};
    const struct port *before = &change->before->network.port[name],
                      *after = &change->after->network.port[name];
    char vlan[NARRATE_VLAN_SIZE];

    if (before->bridge == after->bridge && before->life == after->life) {
        if (before->vlan != after->vlan) {
            say(change, "port %s on %s%s", text, change->scenario->bridge[after->bridge - 1].name,
                after->vlan == VLAN_NONE ? ", no VLAN" : narrate_vlan(after->vlan, vlan));
        }
        if (before->remembered != after->remembered) {
            say(change, "ovs-vswitchd sees that %s is %s", text, seen[after->remembered]);
        }
        return;
    }
    if (before->life != PORT_NONE &&
        (after->life == PORT_NONE || after->bridge != before->bridge)) {
        say(change, "port %s leaves %s", text, change->scenario->bridge[before->bridge - 1].name);
    }
    if (after->life == PORT_LIVE) {
        say(change, "port %s#%u on %s%s", text, change->lives->of[name],
            change->scenario->bridge[after->bridge - 1].name, narrate_vlan(after->vlan, vlan));
    } else if (after->life == PORT_STALE) {
        say(change, "port %s is stale", text);
    } else if (after->life == PORT_AWAY) {
        say(change, "the device of port %s has another name", text);
    }
}

/* What a restart of the daemon makes of a guest's thread.  False if there was none. */
static bool
compare_thread(struct comparison *change, unsigned guest)
{
    const struct thread *before = &change->before->control.thread[guest],
                        *after = &change->after->control.thread[guest];
    const char *name = change->scenario->guest[guest].name;

    if (after->machine.kind == MACHINE_RECONNECT && before->machine.kind != MACHINE_RECONNECT) {
        say(change, "the daemon finds %s's status file", name);
    } else if (before->machine.kind == MACHINE_RECONNECT &&
               after->machine.kind != MACHINE_RECONNECT) {
        say(change, after->eof ? "%s is to be taken down" : "the daemon has %s back", name);
    } else if (before->machine.kind == MACHINE_START && after->command > before->command &&
               change->after->control.daemon.record[guest].running == 0) {
        say(change, "the start of %s is cut off", name);
    } else {
        return false;
    }
    return true;
}

static void
compare_delayed(struct comparison *change, unsigned guest)
{
    const struct delayed *before = &change->before->network.delayed[guest],
                         *after = &change->after->network.delayed[guest];

    if (before->op.kind == after->op.kind && before->orphan == after->orphan) {
        return;
    }
    say(change,
        (before->orphan | after->orphan) != 0 ? after->orphan != 0
                                                    ? "an ovs-vsctl of %s has outlived its daemon"
                                                    : "no ovs-vsctl of %s is left"
        : after->op.kind == OP_NONE           ? "no transaction of %s is left unread"
                                              : "a transaction of %s is not read yet",
        change->scenario->guest[guest].name);
}

static void
compare_guest(struct comparison *change, unsigned guest)
{
    uint8_t before = change->before->control.phase[guest],
            after = change->after->control.phase[guest];
    const char *name = change->scenario->guest[guest].name;
    bool ran = state_running(change->before, guest), runs = state_running(change->after, guest);

    if (runs && !ran) {
        say(change, "%s runs", name);
    } else if (before != after) {
        static const char *const phases[] = {"is gone", "runs", "is dying",
                                             "has closed its descriptors"};

        say(change, "QEMU of %s %s", name, phases[after]);
    }
    compare_delayed(change, guest);
    if (!compare_thread(change, guest) &&
        change->before->control.thread[guest].waits != WAIT_NONE &&
        change->after->control.thread[guest].waits == WAIT_NONE) {
        say(change, "%s goes on", name);
    }
}

void
narrate_change(const struct scenario *scenario, const struct world *world,
               const struct state *before, const struct state *after, struct lives *lives,
               char text[NARRATE_CHANGE_SIZE])
{
    struct comparison change = {scenario, world, before, after, lives, text};
    char ifname[IFNAME_SIZE];

    text[0] = '\0';
    for (uint8_t name = 1; name <= world->names.names; name++) {
        const char *device = ifname_text(&world->names, name, ifname);

        compare_device(&change, name, device);
        compare_row(&change, name, device);
        compare_port(&change, name, device);
        if (before->network.filter[name] != after->network.filter[name]) {
            say(&change, "filter of %s %s", device,
                after->network.filter[name] > before->network.filter[name] ? "set" : "removed");
        }
    }
    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        if (before->network.binding[nic] != after->network.binding[nic]) {
            say(&change, "%s's Midonet port is bound to %s",
                scenario->guest[world_guest(world, nic)].name,
                after->network.binding[nic] == IFNAME_NONE
                    ? "nothing"
                    : ifname_text(&world->names, after->network.binding[nic], ifname));
        }
    }
    for (unsigned bridge = 0; bridge < world->bridges; bridge++) {
        if (before->network.bridge_gone[bridge] != after->network.bridge_gone[bridge]) {
            say(&change, "%s is gone", scenario->bridge[bridge].name);
        }
    }
    for (unsigned guest = 0; guest < world->guests; guest++) {
        compare_guest(&change, guest);
    }
}
