/* What differs between the two worlds: see compare.h. */
#include "harness/real/compare.h"

#include "core/client.h"

#include "harness/real/datapath.h"
#include "harness/real/real_actor.h"
#include "harness/real/real_observe.h"
#include "harness/real/real_terms.h"

#include "sim/kernel.h"
#include "sim/ovs.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void
compare_differ(struct conductor *conductor, const char *format, ...)
{
    struct conduct *result = conductor->result;
    size_t used = strlen(result->text);
    va_list arguments;

    result->diverged = true;
    va_start(arguments, format);
    vsnprintf(result->text + used, sizeof result->text - used, format, arguments);
    va_end(arguments);
}

/* What the two worlds say of a thing, if it is not the same. */
static void
compare_words(struct conductor *conductor, const char *what, const char *here, const char *there)
{
    if (strcmp(here, there) != 0) {
        compare_differ(conductor, "  %s: simulation: %s; kernel: %s\n", what, here, there);
    }
}

static const char *
bridge_name(const struct conductor *conductor, uint8_t bridge)
{
    return bridge == 0 ? "none" : conductor->walk->scenario->bridge[bridge - 1].name;
}

/* By 1 + its index. */
static const char *
guest_name(const struct conductor *conductor, uint8_t guest)
{
    return guest == 0 ? "nobody" : conductor->walk->scenario->guest[guest - 1].name;
}

/* "a", or "a.2" for its second nic. */
static const char *
nic_name(const struct conductor *conductor, uint8_t owner, char text[REAL_NIC_SIZE])
{
    return owner == 0 ? "nobody" : real_nic_name(conductor->real, owner - 1u, text);
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
    /* So taps are emulated of which the platform deletes none. */
    bool kept =
        device->owner != THIRD_PARTY && conductor->walk->world->platform == PLATFORM_FREEBSD;
    bool persists = kept || device->persist != 0;
    char here[48], there[48];

    /* Who has a veth's other end is nothing that the kernel tells. */
    if (device->kind != DEVICE_VETH && device->holders != seen->holders) {
        compare_differ(conductor, "  %s: simulation: held by %s; kernel: held by %s\n", text,
                       holders_text(device->holders, here), holders_text(seen->holders, there));
    }
#define X(id, member, key, words, oracle)                                                 \
    if ((device->member != 0) != seen->member) {                                          \
        compare_differ(conductor, "  %s: simulation: %s%s; kernel: %s%s\n", text,         \
                       device->member ? "" : "not ", (words), seen->member ? "" : "not ", \
                       (words));                                                          \
    }
    NIC_PROPERTIES(X)
#undef X
    compare_words(conductor, text, persists ? "persistent" : "not persistent",
                  seen->persistent ? "persistent" : "not persistent");
}

/* Its master: a Linux bridge, or the kernel's datapath, where it is bound. */
static void
compare_master(struct conductor *conductor, uint8_t name, const char *text,
               const struct real_device *seen)
{
    const struct walk *walk = conductor->walk;
    bool system = kernel_on_ovs_system(walk->world, &walk->state, name);
    uint8_t master = walk->state.network.device[name].master;

    if (master != seen->master || system != seen->system) {
        compare_differ(conductor, "  %s: simulation: master %s; kernel: master %s\n", text,
                       system ? DATAPATH_DEVICE : bridge_name(conductor, master),
                       seen->system ? DATAPATH_DEVICE : bridge_name(conductor, seen->master));
    }
}

static void
compare_device(struct conductor *conductor, uint8_t name, const char *text,
               const struct real_device *seen)
{
    static const char *const kinds[] = {"", "a tap", "no tap", "a macvtap"};
    const struct device *device = &conductor->walk->state.network.device[name];
    bool exists = device->kind != DEVICE_NONE;

    if (seen->exists && seen->index != conductor->index[name]) {
        conductor->index[name] = seen->index;
        conductor->lives[name]++;
    }
    if (!seen->exists) {
        conductor->index[name] = 0; /* one that comes back under it begins another life there */
    }
    compare_words(conductor, text, exists ? "exists" : "gone", seen->exists ? "exists" : "gone");
    if (!exists || !seen->exists) {
        return;
    }
    if (conductor->lives[name] != conductor->walk->lives.of[name]) {
        compare_differ(conductor, "  %s: simulation: life %u; kernel: life %u\n", text,
                       conductor->walk->lives.of[name], conductor->lives[name]);
    }
    compare_words(conductor, text, kinds[device->kind], kinds[seen->kind]);
    compare_life(conductor, device, text, seen);
    compare_master(conductor, name, text, seen);
    if ((device->owner != THIRD_PARTY || device->maker == ADMINISTRATOR) &&
        (device->mac != seen->mac || (device->up != 0) != seen->up)) {
        compare_differ(conductor, "  %s: simulation: MAC %u, %s; kernel: MAC %u, %s\n", text,
                       device->mac, device->up ? "up" : "down", seen->mac,
                       seen->up ? "up" : "down");
    }
}

/* How many ports of the userspace datapath hear the device. */
static unsigned
listeners(const struct walk *walk, uint8_t name)
{
    unsigned count = 0;

    for (uint8_t i = 1; i <= walk->world->names.names; i++) {
        const struct port *port = &walk->state.network.port[i];

        count += world_datapath(walk->world, port->bridge, DATAPATH_NETDEV) &&
                 ovs_receives_from(port, i) == name;
    }
    return count;
}

static const char *
bound_text(unsigned count)
{
    return count == 0 ? "not bound" : count == 1 ? "bound to the device" : "bound to it twice";
}

static void
compare_row(struct conductor *conductor, uint8_t name, const char *text,
            const struct real_row *seen)
{
    const struct row *row = &conductor->walk->state.network.row[name];
    const struct world *world = conductor->walk->world;
    unsigned bound = listeners(conductor->walk, name);
    char here[REAL_NIC_SIZE], there[REAL_NIC_SIZE];

    if (row->bridge != seen->bridge || !world_is_one_nic(world, row->owner, seen->owner)) {
        compare_differ(
            conductor, "  row %s: simulation: on %s, of %s; Open vSwitch: on %s, of %s\n", text,
            bridge_name(conductor, row->bridge), nic_name(conductor, row->owner, here),
            bridge_name(conductor, seen->bridge), nic_name(conductor, seen->owner, there));
    }
    if (row->start_number != seen->start_number) {
        compare_differ(conductor, "  row %s: simulation: of start %u; Open vSwitch: of start %u\n",
                       text, row->start_number, seen->start_number);
    }
    if (row->vlan != seen->vlan || !world_is_one_nic(world, row->owner, seen->iface)) {
        compare_differ(conductor,
                       "  row %s: simulation: tag %u, iface-id of %s; Open vSwitch: tag %u, "
                       "iface-id of %s\n",
                       text, row->vlan, nic_name(conductor, row->owner, here), seen->vlan,
                       nic_name(conductor, seen->iface, there));
    }
    if (row->qos != seen->qos) {
        compare_differ(conductor, "  row %s: simulation: QoS of %s; Open vSwitch: QoS of %s\n",
                       text, guest_name(conductor, row->qos), guest_name(conductor, seen->qos));
    }
    if (bound != seen->bound) {
        compare_differ(conductor, "  port %s: simulation: %s; Open vSwitch: %s\n", text,
                       bound_text(bound), bound_text(seen->bound));
    }
}

/* Each guest has a bit. */
static void
compare_qos(struct conductor *conductor, uint8_t name, const char *text, uint8_t seen)
{
    uint8_t here = conductor->walk->state.network.qos[name];

    for (uint8_t guest = 0; guest < conductor->walk->world->guests; guest++) {
        if (((here ^ seen) >> guest & 1) != 0) {
            compare_differ(conductor, "  QoS of %s for %s: simulation: %s; Open vSwitch: %s\n",
                           guest_name(conductor, (uint8_t)(guest + 1)), text,
                           (here >> guest & 1) != 0 ? "is there" : "is not there",
                           (seen >> guest & 1) != 0 ? "is there" : "is not there");
        }
    }
}

/* If filters are filed under MACs as well, each MAC has a bit, and else all together have one. */
static void
compare_filter(struct conductor *conductor, uint8_t name, const char *text, uint8_t seen)
{
    struct context context = world_context(conductor->walk->world, 0);
    uint8_t here = conductor->walk->state.network.filter[name];

    if (!conductor->real->has_filters || here == seen) {
        return;
    }
    if (daemon_filter_mac(&context) == 0) {
        compare_words(conductor, text, here ? "a filter" : "no filter",
                      seen ? "a filter" : "no filter");
    } else {
        compare_differ(conductor, "  %s: simulation: filters of MACs 0x%x; kernel: 0x%x\n", text,
                       here, seen);
    }
}

/* What a guest's thread does next, or what it waits for. */
static const char *
next_text(const struct world *world, const struct control *control, unsigned guest)
{
    struct context context = world_context(world, guest);
    const struct thread *thread = &control->thread[guest];
    struct operation op;

    if (thread->waits != WAIT_NONE) {
        return thread->waits == WAIT_VSWITCHD ? "waits for ovs-vswitchd" : "waits for the exit";
    }
    if (client_is_idle(world, control, guest)) {
        return "waits for a command";
    }
    if (thread->machine.kind == MACHINE_IDLE) {
        return thread_ended(thread, world_program(world, guest)) ? "has ended" : "crash";
    }
    op = machine_want(&thread->machine, &context, control->daemon.record);
    return operation_name((enum op_kind)op.kind);
}

/* The daemons: what they have learned is equal only if they go on alike. */
static void
compare_threads(struct conductor *conductor)
{
    const struct walk *walk = conductor->walk;
    const struct real *real = conductor->real;

    for (unsigned guest = 0; guest < walk->world->guests; guest++) {
        const char *here = next_text(walk->world, &walk->state.control, guest);
        const char *there = next_text(walk->world, &real->control, guest);

        if (strcmp(here, there) != 0) {
            compare_differ(conductor, "  thread of %s: simulation: %s; kernel: %s\n",
                           walk->scenario->guest[guest].name, here, there);
        }
    }
}

/* A step that the simulation has not got is in no schedule: it has to be looked for. */
static void
compare_enabled(struct conductor *conductor)
{
    const struct walk *walk = conductor->walk;
    char name[WALK_ACTOR_SIZE];

    for (unsigned number = 0; number < actor_count(walk->world); number++) {
        struct actor actor = actor_at(walk->world, number);
        bool here = actor_enabled(walk->world, &walk->state, number);

        if (real_tells(actor.kind) && here != real_enabled(conductor->real, actor)) {
            compare_differ(conductor, "  actor %s: simulation: %s; kernel: %s\n",
                           walk_actor_name(walk->scenario, walk->world, number, name),
                           here ? "can step" : "cannot step", here ? "cannot" : "can");
        }
    }
}

/* The agent has something to do if a guest's row, known by its iface-id, has another tag. */
static void
compare_agent(struct conductor *conductor, const struct observation *seen)
{
    const struct world *world = conductor->walk->world;
    bool here = ovs_agent_is_behind(world, &conductor->walk->state), there = false;

    for (unsigned name = 1; name <= world->names.names && world_has_agent(world); name++) {
        const struct real_row *row = &seen->row[name];
        uint8_t vlan = row->iface == 0 ? (uint8_t)VLAN_NONE : world->nic[row->iface - 1].vlan;

        there = there || (vlan != VLAN_NONE && row->vlan != vlan);
    }
    if (here != there) {
        compare_differ(conductor, "  actor agent: simulation: %s; kernel: %s\n",
                       here ? "can step" : "cannot step", there ? "can" : "cannot");
    }
}

bool
compare_worlds(struct conductor *conductor)
{
    const struct ifname_table *names = &conductor->walk->world->names;
    struct observation seen;
    unsigned stale = 0;
    char text[IFNAME_SIZE];

    if (!real_observe(conductor->real, &seen)) {
        return false;
    }
    compare_threads(conductor);
    compare_enabled(conductor);
    compare_agent(conductor, &seen);
    for (uint8_t name = 1; name <= names->names; name++) {
        ifname_text(names, name, text);
        compare_device(conductor, name, text, &seen.device[name]);
        compare_row(conductor, name, text, &seen.row[name]);
        compare_filter(conductor, name, text, seen.filter[name]);
        compare_qos(conductor, name, text, seen.qos[name]);
        stale += conductor->walk->state.network.port[name].life == PORT_STALE;
    }
    if (stale != seen.stale) {
        compare_differ(conductor, "  stale ports: simulation: %u; Open vSwitch: %u\n", stale,
                       seen.stale);
    }
    return true;
}

void
compare_outcome(struct conductor *conductor, const struct event *event)
{
    const struct outcome *there = &conductor->real->outcome;
    bool valued = event->kind == EVENT_OPERATION && event->op.kind != OP_ADD_PORT;

    if (event->outcome.error != there->error) {
        compare_differ(conductor, "  outcome: simulation: %s; kernel: %s\n",
                       strerror(event->outcome.error), strerror(there->error));
    } else if (valued && event->outcome.error == 0 && event->outcome.value != there->value) {
        compare_differ(conductor, "  outcome: simulation: value %u; kernel: value %u\n",
                       event->outcome.value, there->value);
    }
    if (event->outcome.waits != there->waits) {
        compare_differ(conductor, "  simulation: it %s; kernel: it %s\n",
                       event->outcome.waits ? "waits" : "goes on",
                       there->waits ? "waits" : "goes on");
    }
}
