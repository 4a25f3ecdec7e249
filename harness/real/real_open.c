/* The initial state on a real kernel, and its end: see real_open.h. */
#include "harness/real/real_open.h"

#include "harness/real/clock.h"
#include "harness/real/device.h"
#include "harness/real/filter.h"
#include "harness/real/real_bridge.h"
#include "harness/real/real_carry_out.h"
#include "harness/real/real_create.h"
#include "harness/real/real_fault.h"
#include "harness/real/real_filter.h"
#include "harness/real/real_link.h"
#include "harness/real/real_ovs.h"
#include "harness/real/real_qos.h"
#include "harness/real/real_terms.h"

#include "sim/initial.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool
has_tun(struct diagnostic *diagnostic)
{
    int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);

    if (fd < 0) {
        return diagnose(diagnostic, EXIT_MISSING, NULL, 0, 0, "needs /dev/net/tun: %s",
                        strerror(errno));
    }
    close(fd);
    return true;
}

/* Gives the nic's device a property, as its start would have. */
static bool
set_property(struct real *real, unsigned nic, enum op_kind kind)
{
    uint8_t name = real->control.daemon.record[nic].name;

    return real_carry_out(real, nic, (struct operation){.kind = (uint8_t)kind, .name = name}) &&
           (real->outcome.error == 0 ||
            real_fail(real, operation_name(kind), "", real->outcome.error));
}

/* The device of a nic of a guest that runs from the beginning, as the simulation has it: what its
 * start would have made. */
static bool
open_nic(struct real *real, const struct state *state, unsigned nic, int *tap)
{
    uint8_t name = state->network.tap[nic], bridge = real->world->nic[nic].bridge, mac[6];
    bool link = real->world->nic[nic].kind != NIC_TAP;
    struct context context = world_context(real->world, nic);
    bool multi = real->world->nic[nic].multi_queue != 0;
    char text[IFNAME_SIZE], got[IFNAME_SIZE];
    int error;

    ifname_text(&real->world->names, name, text);
    real_mac(real->world->nic[nic].mac, mac);
    if (link && !real_make_link(real, nic, text, tap, &error)) {
        return false;
    }
    if ((link && error != 0) ||
        (!link && ((error = real_open_tap(real, text, multi, tap, got)) != 0 ||
                   (error = device_set_mac(text, mac)) != 0))) {
        return real_fail(real, "cannot make the device", text, error);
    }
    real->index[nic] = device_index(text);
    if (bridge != 0 && real->world->bridge_kind[bridge - 1] == BRIDGE_LINUX &&
        (error = device_bridge_add(real_bridge_name(real, bridge), device_index(text))) != 0) {
        return real_fail(real, "cannot attach", text, error);
    }
    if (bridge != 0 && real->world->bridge_kind[bridge - 1] == BRIDGE_OVS &&
        !real_add_row(real, nic, text, bridge)) {
        return false;
    }
    if ((error = device_set_up(text, true)) != 0) {
        return real_fail(real, "cannot set up", text, error);
    }
    if (daemon_limits_by_qos(&context) && !real_add_qos(real, nic, text)) {
        return false;
    }
#define X(id, member, key, words, oracle)                                       \
    if (real->world->nic[nic].member != 0 &&                                    \
        !(PROPERTY_##id == PROPERTY_LIMIT && daemon_limits_by_qos(&context)) && \
        !set_property(real, nic, OP_SET_##id)) {                                \
        return false;                                                           \
    }
    NIC_PROPERTIES(X)
#undef X
    return !daemon_has_filter(&context) ||
           real_add_filter(real, nic, (struct operation){.name = name}, text, &error);
}

/* Its process gets the descriptors. */
static bool
open_guest(struct real *real, const struct state *state, unsigned guest)
{
    struct context context = world_context(real->world, guest);
    int taps[MAX_NICS], error = 0;

    for (unsigned i = 0; i < context.nics; i++) {
        if (!open_nic(real, state, context.nic_at[i], &taps[i])) {
            return false;
        }
    }
    if ((real->world->leaked[guest] && !guest_process.start(&real->helper[guest], NULL, false, taps,
                                                            1, &error, real->diagnostic)) ||
        !real->kind->start(&real->guest[guest], real->qemu,
                           real->world->ignores_sigterm[guest] != 0, taps, context.nics, &error,
                           real->diagnostic)) {
        return false;
    }
    if (error != 0) {
        return real_fail(real, "cannot start", real->scenario->guest[guest].name, error);
    }
    real->control.phase[guest] = PROCESS_RUNNING;
    for (unsigned i = 0; i < context.nics; i++) {
        close(taps[i]);
    }
    return true;
}

static bool
open_third_party(struct real *real, uint8_t name)
{
    char text[IFNAME_SIZE], peer[IFNAME_SIZE], got[IFNAME_SIZE];
    int error = 0;

    ifname_text(&real->world->names, name, text);
    snprintf(peer, sizeof peer, "probe-peer%u", name);
    switch ((enum device_kind)real->world->third_party_device[name]) {
    case DEVICE_TAP:
        error = device_open_tap(text, false, &real->third_party[name], got);
        break;
    case DEVICE_MACVTAP:
        error = real_make_macvtap(real, text);
        break;
    case DEVICE_VETH:
        error = device_add_veth(text, peer, -1);
        break;
    case DEVICE_NONE:
        break;
    }
    return error == 0 || real_fail(real, "cannot make other software's device", text, error);
}

/* `ip tuntap add`, on its bridge (`ovs-vsctl add-port`), and up. */
static bool
open_preset(struct real *real, uint8_t name)
{
    const struct preset *preset = &real->world->preset[name];
    uint8_t port = world_preset_port(real->world, name);
    char text[IFNAME_SIZE], got[IFNAME_SIZE];
    int tap, error;

    ifname_text(&real->world->names, name, text);
    error = device_open_tap(text, preset->multi != 0, &tap, got);
    if (error == 0) {
        error = device_set_persistent(tap, true);
        close(tap);
    }
    if (error == 0 && preset->bridge != 0 && port == 0) {
        error = device_bridge_add(real_bridge_name(real, preset->bridge), device_index(text));
    }
    if (error == 0) {
        error = device_set_up(text, true);
    }
    real->preset[name] = device_index(text);
    if (error != 0) {
        return real_fail(real, "cannot make the persistent tap", text, error);
    }
    return port == 0 || ovs_insert_port(real->ovs, real_bridge_name(real, port), text,
                                        real_tag(preset->vlan), "");
}

/* A row that was left behind: it has no device. */
static bool
open_leftover(struct real *real, uint8_t name)
{
    const struct leftover_row *row = &real->world->leftover[name];
    char text[IFNAME_SIZE];

    return ovs_insert_port(real->ovs, real_bridge_name(real, row->bridge),
                           ifname_text(&real->world->names, name, text), real_tag(row->vlan), "");
}

bool
real_open(struct real *real, const struct scenario *scenario, const struct world *world,
          struct ovs *ovs, const char *qemu, const struct real_daemon *daemon,
          struct diagnostic *diagnostic)
{
    bool opened = has_tun(diagnostic);

    *real = (struct real){.scenario = scenario,
                          .world = world,
                          .diagnostic = diagnostic,
                          .ovs = ovs,
                          .daemon = daemon,
                          .kind = qemu == NULL ? &guest_process : &guest_qemu,
                          .qemu = qemu};
    memset(real->tap, -1, sizeof real->tap);
    memset(real->third_party, -1, sizeof real->third_party);
    memset(real->probe, -1, sizeof real->probe);
    memset(real->netns, -1, sizeof real->netns);
    real->wire = -1;
    for (unsigned bridge = 0; bridge < world->bridges && opened; bridge++) {
        opened = real_open_bridge(real, bridge);
    }
    for (unsigned guest = 0; guest < world->guests && opened && qemu != NULL; guest++) {
        opened =
            world->nic[guest].kind != NIC_VETH ||
            diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                     "--guest qemu: '%s' is a container, by its veth", scenario->guest[guest].name);
    }
    return opened && filter_open(&real->has_filters, diagnostic) && real_open_parent(real) &&
           (daemon == NULL || daemon->open(real));
}

bool
real_begin(struct real *real)
{
    struct state state;
    bool begun = true;

    initial_state(real->world, &state);
    real->control = state.control;
    memset(real->control.phase, PROCESS_NONE, sizeof real->control.phase);
    memset(real->index, 0, sizeof real->index);
    memset(real->preset, 0, sizeof real->preset);
    memset(real->uuid, 0, sizeof real->uuid);
    memset(real->forked, 0, sizeof real->forked);
    real->time = CLOCK_BEGIN;
    if (!clock_set(CLOCK_FILE, real->time, real->diagnostic)) {
        return false;
    }
    real->looked = clock_now();
    if (clock_matters(real->world) && real->looked != real->time) {
        return diagnose(real->diagnostic, EXIT_MISSING, NULL, 0, 0,
                        "needs libfaketime: the clock does not show what it is set to");
    }
    for (uint8_t name = 1; name <= real->world->names.names && begun; name++) {
        begun = open_third_party(real, name) &&
                (!real->world->preset[name].present || open_preset(real, name)) &&
                (real->world->leftover[name].bridge == 0 || open_leftover(real, name));
    }
    if (begun && real->daemon != NULL) {
        begun = real->daemon->begin(real);
    }
    for (unsigned guest = 0; guest < real->world->guests && begun && real->daemon == NULL;
         guest++) {
        begun = !real->world->running[guest] || open_guest(real, &state, guest);
    }
    return begun && (real->ovs == NULL || ovs_hold(real->ovs));
}

/* Deletes what is left under the world's names: veths, and taps that others have deleted under us.
 */
static bool
delete_devices(struct real *real)
{
    char text[IFNAME_SIZE];

    for (uint8_t name = 1; name <= real->world->names.names; name++) {
        int error = 0;

        ifname_text(&real->world->names, name, text);
        if (device_index(text) != 0) {
            error = device_delete(text, false);
        }
        if (error != 0 && error != ENODEV) {
            return real_fail(real, "cannot delete", text, error);
        }
    }
    return true;
}

static void
close_all(int *fds, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (fds[i] >= 0) {
            close(fds[i]);
            fds[i] = -1;
        }
    }
}

bool
real_end(struct real *real)
{
    bool deleted, ended;

    ended = real->daemon == NULL || real->daemon->end(real);
    for (unsigned guest = 0; guest < MAX_GUESTS; guest++) {
        guest_end(&real->guest[guest]);
        guest_end(&real->helper[guest]);
        real->control.phase[guest] = PROCESS_NONE;
    }
    real_drop_delayed(real);
    close_all(real->tap, MAX_NICS);
    close_all(real->third_party, IFNAME_MAX_NAMES + 1);
    deleted = delete_devices(real);
    real_close_containers(real);
    return ended && deleted && (!real->has_filters || filter_clear(real->diagnostic)) &&
           (real->ovs == NULL || real_clear_rows(real)) && real_restore_bridges(real);
}

void
real_close(struct real *real)
{
    close_all(real->probe, MAX_BRIDGES);
    close_all(&real->wire, 1);
}
