/* The conductor: see conductor.h. */
#include "harness/real/conductor.h"

#include "harness/real/compare.h"
#include "harness/real/real_actor.h"
#include "harness/real/real_fault.h"
#include "harness/real/real_frames.h"
#include "harness/real/real_open.h"
#include "harness/real/real_support.h"
#include "harness/real/real_terms.h"

#include <string.h>

/* How long a frame may take, and how often it is sent again if it is to pass: a frame takes 2 ms
 * (facts 7), but a switch that has just changed may drop one, as any Ethernet may.  One that is not
 * to pass is sent once. */
enum { FRAME_MS = 100, FRAME_ATTEMPTS = 30 };

/* Sends frames until those have passed that are to pass, or there have been enough. */
static bool
send_frames(struct conductor *conductor, unsigned nic, const bool pass[FRAME_WAYS],
            bool passed[FRAME_WAYS])
{
    unsigned attempts = pass[FRAME_OUT] || pass[FRAME_IN] ? FRAME_ATTEMPTS : 1;
    bool again = true;

    memset(passed, 0, FRAME_WAYS * sizeof *passed);
    for (unsigned i = 0; i < attempts && again; i++) {
        bool got[FRAME_WAYS] = {false};

        if (!real_frames(conductor->real, nic, FRAME_MS, got)) {
            return false;
        }
        again = false;
        for (int way = 0; way < FRAME_WAYS; way++) {
            passed[way] = passed[way] || got[way];
            again = again || passed[way] < pass[way];
        }
    }
    return true;
}

/* Nothing but its filter holds back what an attached guest sends under another MAC. */
static bool
spoofs(const struct conductor *conductor, unsigned nic)
{
    const struct walk *walk = conductor->walk;
    uint8_t filters = walk->state.network.filter[walk->state.network.tap[nic]];

    return oracle_attached(walk->world, &walk->state, nic) &&
           real_filters_frames(conductor->real, nic) && filters == 0;
}

/* A device that was renamed is under the filter of the name that it has now, if there is one: that
 * is another guest's, who alone may send by it. */
static bool
is_held_back(const struct conductor *conductor, unsigned nic)
{
    const struct walk *walk = conductor->walk;
    uint8_t tap = walk->state.network.tap[nic], filters = walk->state.network.filter[tap];
    struct context context = world_context(walk->world, nic);
    uint8_t mac = daemon_filter_mac(&context);
    bool own = mac != 0 ? (filters & state_filter_bit(walk->world, mac)) != 0
                        : walk->state.control.daemon.record[nic].name == tap;

    return world_renames(walk->world) && real_filters_frames(conductor->real, nic) &&
           filters != 0 && !own;
}

/* "Attached" has to mean that frames pass both ways, and "lost" that they do not: neither way, or
 * at a half-dead port, only to the guest. */
static bool
try_frames(struct conductor *conductor, unsigned nic)
{
    static const char *const ways[] = {"frames from", "frames to", "spoofed frames from"};
    const struct walk *walk = conductor->walk;
    const struct nic *definition = &walk->world->nic[nic];
    const bool pass[FRAME_WAYS] = {
        oracle_heard(walk->world, &walk->state, nic) && !is_held_back(conductor, nic),
        oracle_reached(walk->world, &walk->state, nic), spoofs(conductor, nic)};
    char name[REAL_NIC_SIZE];
    bool passed[FRAME_WAYS];

    if ((definition->bridge == 0 && definition->kind != NIC_MACVTAP) ||
        walk->state.network.tap[nic] == IFNAME_NONE) {
        return true;
    }
    /* Who wires ports by their iface-ids is not here: frames pass where the bridge would have them.
     */
    if (state_miswired(walk->world, &walk->state, walk->state.network.tap[nic],
                       (uint8_t)(nic + 1))) {
        return true;
    }
    if (!send_frames(conductor, nic, pass, passed)) {
        return false;
    }
    conductor->result->frames++;
    for (int way = 0; way < FRAME_WAYS; way++) {
        if (passed[way] != pass[way]) {
            compare_differ(conductor, "  guest %s, %s it: simulation: %s; kernel: %s\n",
                           real_nic_name(conductor->real, nic, name), ways[way],
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
 * ovs-vswitchd is held, so it is let run: which is only possible where it has nothing to do. */
static bool
try_frames_of_start(struct conductor *conductor, unsigned nic)
{
    const struct walk *walk = conductor->walk;
    uint8_t bridge = walk->world->nic[nic].bridge;
    bool done;

    if (bridge == 0 || walk->world->bridge_kind[bridge - 1] == BRIDGE_LINUX) {
        return try_frames(conductor, nic);
    }
    if (is_enabled(walk, ACTOR_VSWITCHD) || is_enabled(walk, ACTOR_AGENT) ||
        conductor->real->ovs->away) {
        return true;
    }
    done = ovs_resume(conductor->real->ovs) && try_frames(conductor, nic);
    return ovs_hold(conductor->real->ovs) && done;
}

/* Frames of every guest that runs, when nobody can take a step any more and ovs-vswitchd runs. */
static bool
try_all_frames(struct conductor *conductor)
{
    bool done = true;

    for (unsigned nic = 0; nic < world_nics(conductor->walk->world) && done; nic++) {
        done = !state_running(&conductor->walk->state, world_guest(conductor->walk->world, nic)) ||
               try_frames(conductor, nic);
    }
    return done;
}

/* A daemon that does something else than the model has it is a divergence, and no failure. */
static bool
note_divergence(struct conductor *conductor, bool done)
{
    struct diagnostic *diagnostic = conductor->real->diagnostic;

    if (!done && diagnostic->status == EXIT_DIVERGED) {
        compare_differ(conductor, "  %.600s\n", diagnostic->text);
        *diagnostic = (struct diagnostic){EXIT_HOLDS, ""};
        done = true;
    }
    return done;
}

static bool
take_for_real(struct conductor *conductor, unsigned actor)
{
    struct real *real = conductor->real;

    return note_divergence(conductor, real->daemon == NULL ? real_take(real, actor)
                                                           : real->daemon->take(real, actor));
}

static bool
ask_daemon(struct conductor *conductor)
{
    struct real *real = conductor->real;

    return real->daemon == NULL || conductor->result->diverged ||
           note_divergence(conductor, real->daemon->compare(real));
}

static bool
take(struct conductor *conductor, unsigned actor)
{
    const struct walk *walk = conductor->walk;
    bool ran[MAX_GUESTS] = {false}, done;

    for (unsigned guest = 0; guest < walk->world->guests; guest++) {
        ran[guest] = state_running(&walk->state, guest);
    }
    if (!walk_take(conductor->walk, actor)) {
        return diagnose(conductor->real->diagnostic, EXIT_BAD_INPUT, "schedule", 1,
                        conductor->walk->length + 1u, "step %u is not enabled in the simulation",
                        conductor->walk->length + 1);
    }
    conductor->result->steps++;
    conductor->result->injected +=
        walk->event.kind == EVENT_FAULT && real_injected(walk->event.fault);
    if (!take_for_real(conductor, actor)) {
        return false;
    }
    if (conductor->result->diverged) {
        return true;
    }
    compare_outcome(conductor, &walk->event);
    done = compare_worlds(conductor);
    for (unsigned nic = 0; nic < world_nics(walk->world) && done; nic++) {
        unsigned guest = world_guest(walk->world, nic);

        if (state_running(&walk->state, guest) && !ran[guest] && !conductor->result->diverged) {
            done = try_frames_of_start(conductor, nic);
        }
    }
    return done;
}

/* Nobody has a step in the simulation: then ovs-vswitchd, let go, does nothing either. */
static bool
compare_at_rest(struct conductor *conductor)
{
    struct real *real = conductor->real;
    bool applied;

    if (real->ovs == NULL) {
        return true;
    }
    if (!real_commit_rest(real, &applied) || !ovs_resume(real->ovs) || !compare_worlds(conductor)) {
        return false;
    }
    if (applied) {
        compare_differ(conductor, "  a transaction that was late: simulation: it came to nothing; "
                                  "Open vSwitch: it was carried out\n");
    }
    if (conductor->result->diverged) {
        compare_differ(conductor,
                       "  when ovs-vswitchd has run once more, which the simulation does not\n");
    }
    return true;
}

/* What went wrong happened in this schedule's last step. */
static void
say_where(const struct walk *walk, struct diagnostic *diagnostic)
{
    size_t used = strlen(diagnostic->text);
    char name[WALK_ACTOR_SIZE];

    for (unsigned i = 0; i < walk->length && used < sizeof diagnostic->text; i++) {
        walk_actor_name(walk->scenario, walk->world, walk->step[i].actor, name);
        used += (size_t)snprintf(diagnostic->text + used, sizeof diagnostic->text - used, "%s%s",
                                 i == 0 ? "; in the schedule " : " ", name);
    }
}

bool
conductor_run(struct walk *walk, const uint8_t *schedule, unsigned length, struct real *real,
              struct conduct *result)
{
    struct conductor conductor = {.walk = walk, .real = real, .result = result};
    bool done;

    *result = (struct conduct){.not_compared = real_not_compared(real)};
    done = real_begin(real) && compare_worlds(&conductor);
    for (unsigned i = 0; i < length && done && !result->diverged; i++) {
        done = take(&conductor, schedule[i]);
    }
    if (done && !result->diverged && walk_is_at_rest(walk)) {
        done = compare_at_rest(&conductor) && try_all_frames(&conductor) && ask_daemon(&conductor);
    }
    if (!done && walk->length > 0) {
        say_where(walk, real->diagnostic);
    }
    return done;
}
