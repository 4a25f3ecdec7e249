/* The conductor: see conductor.h. */
#include "harness/real/conductor.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* How long a frame may take, and how often it is sent again if it is to pass: a frame takes 2 ms
 * (facts 7), but a switch that has just changed may drop one, as any Ethernet may.  One that is not
 * to pass is sent once. */
enum { FRAME_MS = 100, FRAME_ATTEMPTS = 30 };

enum { HOLDERS = sizeof "nobody daemon QEMU helper " }; /* bytes that holders_text needs */

/* A schedule in work. */
struct conductor {
    struct walk *walk;
    struct real *real;
    struct conduct *result;
    int index[IFNAME_MAX_NAMES + 1];      /* interface index seen last under each name */
    unsigned lives[IFNAME_MAX_NAMES + 1]; /* indexes seen so far under each name */
};

/* Notes a difference. */
static void __attribute__((format(printf, 2, 3)))
differ(struct conductor *conductor, const char *format, ...)
{
    struct conduct *result = conductor->result;
    size_t used = strlen(result->text);
    va_list arguments;

    result->diverged = true;
    va_start(arguments, format);
    vsnprintf(result->text + used, sizeof result->text - used, format, arguments);
    va_end(arguments);
}

static const char *
bridge_name(const struct conductor *conductor, uint8_t bridge)
{
    return bridge == 0 ? "none" : conductor->walk->scenario->bridge[bridge - 1].name;
}

static const char *
guest_name(const struct conductor *conductor, uint8_t guest)
{
    return guest == 0 ? "nobody" : conductor->walk->scenario->guest[guest - 1].name;
}

static const char *
holders_text(uint8_t holders, char text[HOLDERS])
{
    snprintf(text, HOLDERS, "%s%s%s%s", holders == 0 ? "nobody " : "",
             (holders & HOLDER_DAEMON) != 0 ? "daemon " : "",
             (holders & HOLDER_QEMU) != 0 ? "QEMU " : "",
             (holders & HOLDER_HELPER) != 0 ? "helper " : "");
    text[strlen(text) - 1] = '\0';
    return text;
}

static void
compare_device(struct conductor *conductor, uint8_t name, const char *text,
               const struct real_device *seen)
{
    const struct device *device = &conductor->walk->state.device[name];
    bool exists = device->kind != DEVICE_NONE;
    /* ovs-vswitchd may set a device up by accident (docs/facts.md, "Found by conform"). */
    bool up_differs =
        conductor->real->ovs == NULL ? (device->up != 0) != seen->up : device->up != 0 && !seen->up;

    if (seen->exists && seen->index != conductor->index[name]) {
        conductor->index[name] = seen->index;
        conductor->lives[name]++;
    }
    if (exists != seen->exists) {
        differ(conductor, "  %s: simulation: %s; kernel: %s\n", text, exists ? "exists" : "gone",
               seen->exists ? "exists" : "gone");
        return;
    }
    if (!exists) {
        return;
    }
    if (conductor->lives[name] != conductor->walk->lives.of[name]) {
        differ(conductor, "  %s: simulation: life %u; kernel: life %u\n", text,
               conductor->walk->lives.of[name], conductor->lives[name]);
    }
    if ((device->kind == DEVICE_TAP) != seen->tap) {
        differ(conductor, "  %s: simulation: %s; kernel: %s\n", text,
               device->kind == DEVICE_TAP ? "a tap" : "no tap", seen->tap ? "a tap" : "no tap");
    }
    if (device->master != seen->master) {
        differ(conductor, "  %s: simulation: master %s; kernel: master %s\n", text,
               bridge_name(conductor, device->master), bridge_name(conductor, seen->master));
    }
    if (device->owner != OTHERS && (device->mac != seen->mac || up_differs)) {
        differ(conductor, "  %s: simulation: MAC %u, %s; kernel: MAC %u, %s\n", text, device->mac,
               device->up ? "up" : "down", seen->mac, seen->up ? "up" : "down");
    }
    if (device->owner != OTHERS && device->holders != seen->holders) {
        char here[HOLDERS], there[HOLDERS];

        differ(conductor, "  %s: simulation: held by %s; kernel: held by %s\n", text,
               holders_text(device->holders, here), holders_text(seen->holders, there));
    }
}

static void
compare_row(struct conductor *conductor, uint8_t name, const char *text,
            const struct real_row *seen)
{
    const struct row *row = &conductor->walk->state.row[name];
    bool bound = conductor->walk->state.port[name].life == PORT_LIVE;

    if (row->bridge != seen->bridge || row->owner != seen->owner) {
        differ(conductor, "  row %s: simulation: on %s, of %s; Open vSwitch: on %s, of %s\n", text,
               bridge_name(conductor, row->bridge), guest_name(conductor, row->owner),
               bridge_name(conductor, seen->bridge), guest_name(conductor, seen->owner));
    }
    if (bound != seen->bound) {
        differ(conductor, "  port %s: simulation: %s; Open vSwitch: %s\n", text,
               bound ? "bound to the device" : "not bound",
               seen->bound ? "bound to the device" : "not bound");
    }
}

/* What a guest's thread does next, or what it waits for. */
static const char *
next_text(const struct world *world, const struct daemon *daemon, const struct thread *thread,
          unsigned guest)
{
    struct setting setting = world_setting(world, guest);
    struct operation op;

    if (thread->call != CALL_NONE) {
        return thread->call == CALL_OVS ? "waits for ovs-vswitchd" : "waits for the exit";
    }
    if (thread->machine.kind == MACHINE_IDLE) {
        return thread->verb == world->verbs[guest] ? "has ended" : "crash";
    }
    op = machine_want(&thread->machine, &setting, &daemon->domain[guest]);
    return operation_name((enum op_kind)op.kind);
}

/* The daemons: what they have learned is equal only if they go on alike. */
static void
compare_threads(struct conductor *conductor)
{
    const struct walk *walk = conductor->walk;
    const struct real *real = conductor->real;

    for (unsigned guest = 0; guest < walk->world->guests; guest++) {
        const char *here =
            next_text(walk->world, &walk->state.daemon, &walk->state.thread[guest], guest);
        const char *there = next_text(walk->world, &real->daemon, &real->thread[guest], guest);

        if (strcmp(here, there) != 0) {
            differ(conductor, "  thread of %s: simulation: %s; kernel: %s\n",
                   walk->scenario->guest[guest].name, here, there);
        }
    }
}

/* A step that the simulation has not got is in no schedule: it has to be looked for. */
static void
compare_enabled(struct conductor *conductor)
{
    const struct walk *walk = conductor->walk;
    char name[ACTOR_NAME_SIZE];

    for (unsigned number = 0; number < actor_count(walk->world); number++) {
        struct actor actor = actor_at(walk->world, number);
        bool here = actor_enabled(walk->world, &walk->state, number);

        if (actor.kind != ACTOR_VSWITCHD && actor.kind != ACTOR_HELPER &&
            actor.kind != ACTOR_CLOCK && here != real_enabled(conductor->real, actor)) {
            differ(conductor, "  actor %s: simulation: %s; kernel: %s\n",
                   actor_name(walk->scenario, walk->world, number, name),
                   here ? "can step" : "cannot step", here ? "cannot" : "can");
        }
    }
}

/* Looks at both worlds.  False if the real one cannot be looked at. */
static bool
compare(struct conductor *conductor, struct complaint *complaint)
{
    const struct ifname_table *names = &conductor->walk->world->names;
    struct observation seen;
    unsigned stale = 0;
    char text[IFNAME_SIZE];

    if (!real_observe(conductor->real, &seen, complaint)) {
        return false;
    }
    compare_threads(conductor);
    compare_enabled(conductor);
    for (uint8_t name = 1; name <= names->names; name++) {
        ifname_text(names, name, text);
        compare_device(conductor, name, text, &seen.device[name]);
        compare_row(conductor, name, text, &seen.row[name]);
        stale += conductor->walk->state.port[name].life == PORT_STALE;
    }
    if (stale != seen.stale) {
        differ(conductor, "  stale ports: simulation: %u; Open vSwitch: %u\n", stale, seen.stale);
    }
    return true;
}

/* What the actor learned, here and there. */
static void
compare_outcome(struct conductor *conductor, const struct event *event,
                const struct real_step *step)
{
    bool valued = event->kind == EVENT_OPERATION && event->op.kind != OP_ADD_PORT;

    if (event->outcome.error != step->outcome.error) {
        differ(conductor, "  outcome: simulation: %s; kernel: %s\n", strerror(event->outcome.error),
               strerror(step->outcome.error));
    } else if (valued && event->outcome.error == 0 && event->outcome.value != step->outcome.value) {
        differ(conductor, "  outcome: simulation: value %u; kernel: value %u\n",
               event->outcome.value, step->outcome.value);
    }
    if (event->waits != step->waits) {
        differ(conductor, "  simulation: it %s; kernel: it %s\n",
               event->waits ? "waits" : "goes on", step->waits ? "waits" : "goes on");
    }
}

/* Sends frames both ways until one has passed each way, or there have been enough. */
static bool
send_frames(struct conductor *conductor, unsigned guest, unsigned attempts, bool *out, bool *in,
            struct complaint *complaint)
{
    *out = false;
    *in = false;
    for (unsigned i = 0; i < attempts && !(*out && *in); i++) {
        bool passed_out, passed_in;

        if (!real_frames(conductor->real, guest, FRAME_MS, &passed_out, &passed_in, complaint)) {
            return false;
        }
        *out = *out || passed_out;
        *in = *in || passed_in;
    }
    return true;
}

/* "Attached" has to mean that frames pass both ways, "lost" that they do not. */
static bool
try_frames(struct conductor *conductor, struct complaint *complaint)
{
    const struct walk *walk = conductor->walk;

    for (unsigned guest = 0; guest < walk->world->guests; guest++) {
        bool attached = oracle_attached(walk->world, &walk->state, guest), out, in;

        if (!world_running(&walk->state, guest) || walk->world->nic[guest].bridge == 0 ||
            walk->state.process[guest].tap == IFNAME_NONE) {
            continue;
        }
        if (!send_frames(conductor, guest, attached ? FRAME_ATTEMPTS : 1, &out, &in, complaint)) {
            return false;
        }
        conductor->result->frames++;
        if ((out && in) != attached) {
            differ(conductor, "  guest %s: simulation: %s; kernel: frames out %s, frames in %s\n",
                   walk->scenario->guest[guest].name, attached ? "attached" : "lost",
                   out ? "pass" : "do not", in ? "pass" : "do not");
        }
    }
    return true;
}

static bool
take(struct conductor *conductor, unsigned actor, struct complaint *complaint)
{
    struct real_step step;

    if (!walk_take(conductor->walk, actor)) {
        return complain(complaint, EXIT_BAD_INPUT, "schedule", 1, conductor->walk->length + 1u,
                        "step %u is not enabled in the simulation", conductor->walk->length + 1);
    }
    conductor->result->steps++;
    if (!real_take(conductor->real, actor, &step, complaint)) {
        return false;
    }
    compare_outcome(conductor, &conductor->walk->event, &step);
    return compare(conductor, complaint);
}

static bool
is_quiescent(const struct walk *walk)
{
    for (unsigned actor = 0; actor < actor_count(walk->world); actor++) {
        if (actor_enabled(walk->world, &walk->state, actor)) {
            return false;
        }
    }
    return true;
}

/* Nobody has a step in the simulation: then ovs-vswitchd, let go, does nothing either. */
static bool
compare_at_rest(struct conductor *conductor, struct complaint *complaint)
{
    struct real *real = conductor->real;

    if (real->ovs == NULL) {
        return true;
    }
    if (!ovs_resume(real->ovs, complaint) || !compare(conductor, complaint)) {
        return false;
    }
    if (conductor->result->diverged) {
        differ(conductor, "  when ovs-vswitchd has run once more, which the simulation does not\n");
    }
    return true;
}

bool
conduct(struct walk *walk, const uint8_t *schedule, unsigned length, struct real *real,
        struct conduct *result, struct complaint *complaint)
{
    struct conductor conductor = {.walk = walk, .real = real, .result = result};
    bool done;

    *result = (struct conduct){0};
    done = real_begin(real, complaint) && compare(&conductor, complaint);
    for (unsigned i = 0; i < length && done && !result->diverged; i++) {
        done = take(&conductor, schedule[i], complaint);
    }
    if (done && !result->diverged && is_quiescent(walk)) {
        done = compare_at_rest(&conductor, complaint) && try_frames(&conductor, complaint);
    }
    return real_end(real, complaint) && done;
}
