/* The conductor: see conductor.h. */
#include "harness/real/conductor.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* How long a frame may take, and how often it is sent again if it is to pass: a frame takes 2 ms
 * (facts 7), but a switch that has just changed may drop one, as any Ethernet may.  One that is not
 * to pass is sent once. */
enum { FRAME_MS = 100, FRAME_ATTEMPTS = 30 };

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

/* "the daemon, QEMU and a helper". */
static const char *
holders_text(uint8_t holders, char text[48])
{
    static const char *const words[] = {"the daemon", "QEMU", "a helper"};

    text[0] = '\0';
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++) {
        if ((holders >> i & 1) != 0) {
            strcat(text, text[0] == '\0' ? "" : holders >> (i + 1) == 0 ? " and " : ", ");
            strcat(text, words[i]);
        }
    }
    return text[0] == '\0' ? "nobody" : text;
}

static void
compare_life(struct conductor *conductor, const struct device *device, const char *text,
             const struct real_device *seen)
{
    char here[48], there[48];

    if (device->holders != seen->holders) {
        differ(conductor, "  %s: simulation: held by %s; kernel: held by %s\n", text,
               holders_text(device->holders, here), holders_text(seen->holders, there));
    }
    if (seen->persistent) {
        differ(conductor, "  %s: simulation: not persistent; kernel: persistent\n", text);
    }
}

static void
compare_device(struct conductor *conductor, uint8_t name, const char *text,
               const struct real_device *seen)
{
    const struct device *device = &conductor->walk->state.device[name];
    bool exists = device->kind != DEVICE_NONE;

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
    compare_life(conductor, device, text, seen);
    if (device->master != seen->master) {
        differ(conductor, "  %s: simulation: master %s; kernel: master %s\n", text,
               bridge_name(conductor, device->master), bridge_name(conductor, seen->master));
    }
    if (device->owner != OTHERS && (device->mac != seen->mac || (device->up != 0) != seen->up)) {
        differ(conductor, "  %s: simulation: MAC %u, %s; kernel: MAC %u, %s\n", text, device->mac,
               device->up ? "up" : "down", seen->mac, seen->up ? "up" : "down");
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

/* Sends frames both ways until those have passed that are to pass, or there have been enough. */
static bool
send_frames(struct conductor *conductor, unsigned guest, const bool pass[2], bool passed[2],
            struct complaint *complaint)
{
    unsigned attempts = pass[0] || pass[1] ? FRAME_ATTEMPTS : 1;

    passed[0] = passed[1] = false;
    for (unsigned i = 0; i < attempts && (i == 0 || passed[0] < pass[0] || passed[1] < pass[1]);
         i++) {
        bool out, in;

        if (!real_frames(conductor->real, guest, FRAME_MS, &out, &in, complaint)) {
            return false;
        }
        passed[0] = passed[0] || out;
        passed[1] = passed[1] || in;
    }
    return true;
}

/* "Attached" has to mean that frames pass both ways, and "lost" that they do not: neither way, or
 * at a half-dead port, only to the guest. */
static bool
try_frames(struct conductor *conductor, unsigned guest, struct complaint *complaint)
{
    const struct walk *walk = conductor->walk;
    const bool pass[2] = {oracle_attached(walk->world, &walk->state, guest),
                          oracle_reached(walk->world, &walk->state, guest)};
    bool passed[2];

    if (walk->world->nic[guest].bridge == 0 || walk->state.process[guest].tap == IFNAME_NONE) {
        return true;
    }
    if (!send_frames(conductor, guest, pass, passed, complaint)) {
        return false;
    }
    conductor->result->frames++;
    for (int way = 0; way < 2; way++) {
        if (passed[way] != pass[way]) {
            differ(conductor, "  guest %s, frames %s it: simulation: %s; kernel: %s\n",
                   walk->scenario->guest[guest].name, way == 0 ? "from" : "to",
                   pass[way] ? "pass" : "lost", passed[way] ? "pass" : "lost");
        }
    }
    return true;
}

static bool
is_enabled(const struct walk *walk, enum actor_kind kind)
{
    for (unsigned actor = 0; actor < actor_count(walk->world); actor++) {
        if (actor_at(walk->world, actor).kind == kind &&
            actor_enabled(walk->world, &walk->state, actor)) {
            return true;
        }
    }
    return false;
}

/* Frames of a guest whose start has just finished.  A userspace datapath forwards nothing while
 * ovs-vswitchd is held, so it is let run; which is only possible where there is nothing for it to
 * do.
 */
static bool
try_frames_of_start(struct conductor *conductor, unsigned guest, struct complaint *complaint)
{
    const struct walk *walk = conductor->walk;
    uint8_t bridge = walk->world->nic[guest].bridge;
    bool done;

    if (bridge == 0 || walk->world->bridge_kind[bridge - 1] == BRIDGE_LINUX) {
        return try_frames(conductor, guest, complaint);
    }
    if (is_enabled(walk, ACTOR_VSWITCHD)) {
        return true;
    }
    done = ovs_resume(conductor->real->ovs, complaint) && try_frames(conductor, guest, complaint);
    return ovs_hold(conductor->real->ovs, complaint) && done;
}

/* Frames of every guest that runs, when nobody can take a step any more. */
static bool
try_all_frames(struct conductor *conductor, struct complaint *complaint)
{
    bool done = conductor->real->ovs == NULL || ovs_resume(conductor->real->ovs, complaint);

    for (unsigned guest = 0; guest < conductor->walk->world->guests && done; guest++) {
        done = !world_running(&conductor->walk->state, guest) ||
               try_frames(conductor, guest, complaint);
    }
    return done;
}

static bool
take(struct conductor *conductor, unsigned actor, struct complaint *complaint)
{
    const struct walk *walk = conductor->walk;
    bool ran[MAX_GUESTS], done;
    struct real_step step;

    for (unsigned guest = 0; guest < walk->world->guests; guest++) {
        ran[guest] = world_running(&walk->state, guest);
    }
    if (!walk_take(conductor->walk, actor)) {
        return complain(complaint, EXIT_BAD_INPUT, "schedule", 1, conductor->walk->length + 1u,
                        "step %u is not enabled in the simulation", conductor->walk->length + 1);
    }
    conductor->result->steps++;
    if (!real_take(conductor->real, actor, &step, complaint)) {
        return false;
    }
    compare_outcome(conductor, &walk->event, &step);
    done = compare(conductor, complaint);
    for (unsigned guest = 0; guest < walk->world->guests && done; guest++) {
        if (world_running(&walk->state, guest) && !ran[guest] && !conductor->result->diverged) {
            done = try_frames_of_start(conductor, guest, complaint);
        }
    }
    return done;
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
        done = try_all_frames(&conductor, complaint);
    }
    return done;
}
