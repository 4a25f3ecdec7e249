/* The initial state on a real kernel, and its end: see real.h. */
#include "harness/real/real.h"

#include "harness/real/clock.h"
#include "harness/real/probe.h"
#include "harness/real/real_container.h"
#include "harness/real/real_filter.h"
#include "harness/real/real_link.h"
#include "harness/real/real_ovs.h"

#include "sim/initial.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const char *
real_unsupported(const struct world *world)
{
    for (unsigned bridge = 0; bridge < world->bridges; bridge++) {
        if (world->bridge_kind[bridge] == BRIDGE_MIDONET) {
            return probe_midonet();
        }
        if (world_datapath(world, (uint8_t)(bridge + 1), DATAPATH_SYSTEM)) {
            return probe_datapath();
        }
    }
    return NULL;
}

/* Under filter-key=binding a start learns from the filters that are there whether it fails. */
const char *
real_unsupported_here(const struct real *real)
{
    return real->world->policy.filter_key == FILTER_KEY_BINDING ? real_not_compared(real) : NULL;
}

const char *
real_not_compared(const struct real *real)
{
    return !real->has_filters ? "packet filters: this kernel has no nf_tables for bridges" : NULL;
}

const char *
real_emulated(const struct world *world)
{
    return world->platform == PLATFORM_FREEBSD
               ? "freebsd, by taps with IFF_PERSIST and names that are looked up"
               : NULL;
}

/* Nothing is in the way of what is built here, unless the kernel has no such devices, or none for
 * us: ENOPKG is a bridge's way of saying so, EOPNOTSUPP a veth's. */
bool
real_fail(struct diagnostic *diagnostic, const char *what, const char *name, int error)
{
    bool missing = error == EPERM || error == EACCES || error == ENOPKG || error == EOPNOTSUPP;

    return diagnose(diagnostic, missing ? EXIT_MISSING : EXIT_INTERNAL, NULL, 0, 0, "%s %s: %s%s",
                    what, name, strerror(error),
                    error == EPERM && !probe_capability(CAP_NET_ADMIN) ? " (needs CAP_NET_ADMIN)"
                                                                       : "");
}

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

/* Each bridge has a tap on it that frames can be sent and received by. */
static bool
build_bridge(struct real *real, unsigned bridge, struct diagnostic *diagnostic)
{
    const char *name = real->scenario->bridge[bridge].name;
    char probe[IFNAME_SIZE];
    int error;

    snprintf(probe, sizeof probe, "probe%u", bridge);
    if (real->world->bridge_kind[bridge] != BRIDGE_LINUX) {
        return ovs_add_bridge(real->ovs, name, diagnostic) &&
               ovs_insert_port(real->ovs, name, probe, 0, "", diagnostic);
    }
    if ((error = device_add_bridge(name)) != 0 || (error = device_set_up(name)) != 0 ||
        (error = device_bridge_add(name, probe)) != 0) {
        return real_fail(diagnostic, "cannot make the bridge", name, error);
    }
    return true;
}

static bool
open_bridge(struct real *real, unsigned bridge, struct diagnostic *diagnostic)
{
    char probe[IFNAME_SIZE], got[IFNAME_SIZE];
    int error;

    snprintf(probe, sizeof probe, "probe%u", bridge);
    if ((error = device_open_tap(probe, false, &real->probe[bridge], got)) != 0 ||
        (error = device_set_up(probe)) != 0) {
        return real_fail(diagnostic, "cannot make the tap", probe, error);
    }
    return build_bridge(real, bridge, diagnostic);
}

bool
real_delete_bridge(struct real *real, uint8_t bridge, int *error, struct diagnostic *diagnostic)
{
    const char *name = real->scenario->bridge[bridge - 1].name;

    real->bridge_gone[bridge - 1] = true;
    if (real->world->bridge_kind[bridge - 1] != BRIDGE_LINUX) {
        return real_delete_rows(real, (const char *const[]){"del-br", name, NULL}, error,
                                diagnostic);
    }
    *error = device_delete(name);
    return true;
}

bool
real_restore_bridges(struct real *real, struct diagnostic *diagnostic)
{
    for (unsigned bridge = 0; bridge < real->world->bridges; bridge++) {
        if (real->bridge_gone[bridge] && !build_bridge(real, bridge, diagnostic)) {
            return false;
        }
        real->bridge_gone[bridge] = false;
    }
    return true;
}

/* The device of a nic of a guest that runs from the beginning, as the simulation has it: what its
 * start would have made. */
static bool
open_nic(struct real *real, const struct state *state, unsigned nic, int *tap,
         struct diagnostic *diagnostic)
{
    uint8_t name = state->tap[nic], bridge = real->world->nic[nic].bridge, mac[6];
    bool link = real->world->nic[nic].kind != NIC_TAP;
    bool multi = real->world->nic[nic].multi_queue != 0;
    char text[IFNAME_SIZE], got[IFNAME_SIZE];
    int error;

    ifname_text(&real->world->names, name, text);
    real_mac(real->world->nic[nic].mac, mac);
    if (link && !real_make_link(real, nic, text, tap, &error, diagnostic)) {
        return false;
    }
    if ((link && error != 0) ||
        (!link && ((error = real_open_tap(real, text, multi, tap, got)) != 0 ||
                   (error = device_set_mac(text, mac)) != 0))) {
        return real_fail(diagnostic, "cannot make the device", text, error);
    }
    real->index[nic] = device_index(text);
    if (bridge != 0 && real->world->bridge_kind[bridge - 1] == BRIDGE_LINUX &&
        (error = device_bridge_add(real->scenario->bridge[bridge - 1].name, text)) != 0) {
        return real_fail(diagnostic, "cannot attach", text, error);
    }
    if (bridge != 0 && real->world->bridge_kind[bridge - 1] == BRIDGE_OVS &&
        !real_add_row(real, nic, text, bridge, diagnostic)) {
        return false;
    }
    if ((error = device_set_up(text)) != 0 ||
        (real->world->nic[nic].limited && (error = device_limit(text, true)) != 0)) {
        return real_fail(diagnostic, "cannot set up", text, error);
    }
    return real->world->nic[nic].kind == NIC_MACVTAP ||
           real_add_filter(real, nic, text, &error, diagnostic);
}

/* Its process gets the descriptors. */
static bool
open_guest(struct real *real, const struct state *state, unsigned guest,
           struct diagnostic *diagnostic)
{
    struct context context = world_context(real->world, guest);
    int taps[MAX_NICS], error = 0;

    for (unsigned i = 0; i < context.nics; i++) {
        if (!open_nic(real, state, context.nic_at[i], &taps[i], diagnostic)) {
            return false;
        }
    }
    if ((real->world->leaked[guest] &&
         !guest_start(&real->helper[guest], NULL, false, taps, 1, &error, diagnostic)) ||
        !guest_start(&real->guest[guest], real->qemu, real->world->ignores_sigterm[guest] != 0,
                     taps, context.nics, &error, diagnostic)) {
        return false;
    }
    if (error != 0) {
        return real_fail(diagnostic, "cannot start", real->scenario->guest[guest].name, error);
    }
    real->phase[guest] = PROCESS_RUNNING;
    for (unsigned i = 0; i < context.nics; i++) {
        close(taps[i]);
    }
    return true;
}

static bool
open_foreign(struct real *real, uint8_t name, struct diagnostic *diagnostic)
{
    char text[IFNAME_SIZE], peer[IFNAME_SIZE], got[IFNAME_SIZE];
    int error;

    ifname_text(&real->world->names, name, text);
    snprintf(peer, sizeof peer, "probe-peer%u", name);
    switch (real->world->third_party_device[name]) {
    case DEVICE_TAP:
        error = device_open_tap(text, false, &real->others[name], got);
        break;
    case DEVICE_MACVTAP:
        error = real_make_macvtap(real, text);
        break;
    default:
        error = device_add_veth(text, peer, -1);
    }
    return error == 0 || real_fail(diagnostic, "cannot make other software's device", text, error);
}

/* `ip tuntap add`, on its bridge (`ovs-vsctl add-port`), and up. */
static bool
open_preset(struct real *real, uint8_t name, struct diagnostic *diagnostic)
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
        error = device_bridge_add(real->scenario->bridge[preset->bridge - 1].name, text);
    }
    if (error == 0) {
        error = device_set_up(text);
    }
    real->preset[name] = device_index(text);
    if (error != 0) {
        return real_fail(diagnostic, "cannot make the persistent tap", text, error);
    }
    return port == 0 || ovs_insert_port(real->ovs, real->scenario->bridge[port - 1].name, text,
                                        real_tag(preset->vlan), "", diagnostic);
}

/* A row that was left behind: it has no device. */
static bool
open_leftover(struct real *real, uint8_t name, struct diagnostic *diagnostic)
{
    const struct leftover_row *row = &real->world->leftover[name];
    char text[IFNAME_SIZE];

    return ovs_insert_port(real->ovs, real->scenario->bridge[row->bridge - 1].name,
                           ifname_text(&real->world->names, name, text), real_tag(row->vlan), "",
                           diagnostic);
}

bool
real_open(struct real *real, const struct scenario *scenario, const struct world *world,
          struct ovs *ovs, const char *qemu, struct diagnostic *diagnostic)
{
    bool opened = has_tun(diagnostic);

    *real = (struct real){.scenario = scenario, .world = world, .ovs = ovs, .qemu = qemu};
    memset(real->tap, -1, sizeof real->tap);
    memset(real->others, -1, sizeof real->others);
    memset(real->probe, -1, sizeof real->probe);
    real->wire = -1;
    for (unsigned bridge = 0; bridge < world->bridges && opened; bridge++) {
        opened = open_bridge(real, bridge, diagnostic);
    }
    for (unsigned guest = 0; guest < world->guests && opened && qemu != NULL; guest++) {
        opened =
            world->nic[guest].kind != NIC_VETH ||
            diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                     "--guest qemu: '%s' is a container, by its veth", scenario->guest[guest].name);
    }
    return opened && filter_open(&real->has_filters, diagnostic) &&
           real_open_parent(real, diagnostic);
}

bool
real_begin(struct real *real, struct diagnostic *diagnostic)
{
    struct state state;
    bool begun = true;

    initial_state(real->world, &state);
    real->daemon = state.daemon;
    memcpy(real->thread, state.thread, sizeof real->thread);
    memset(real->third_party, 0, sizeof real->third_party);
    memset(real->qemu_done, 0, sizeof real->qemu_done);
    memcpy(real->faults, real->world->faults, sizeof real->faults);
    memset(real->index, 0, sizeof real->index);
    memset(real->preset, 0, sizeof real->preset);
    memset(real->uuid, 0, sizeof real->uuid);
    real->time = CLOCK_BEGIN;
    if (!clock_set(CLOCK_FILE, real->time, diagnostic)) {
        return false;
    }
    real->looked = clock_now();
    if (clock_matters(real->world) && real->looked != real->time) {
        return diagnose(diagnostic, EXIT_MISSING, NULL, 0, 0,
                        "needs libfaketime: the clock does not show what it is set to");
    }
    for (uint8_t name = 1; name <= real->world->names.names && begun; name++) {
        begun = (real->world->third_party_device[name] == DEVICE_NONE ||
                 open_foreign(real, name, diagnostic)) &&
                (!real->world->preset[name].present || open_preset(real, name, diagnostic)) &&
                (real->world->leftover[name].bridge == 0 || open_leftover(real, name, diagnostic));
    }
    for (unsigned guest = 0; guest < real->world->guests && begun; guest++) {
        begun = !real->world->running[guest] || open_guest(real, &state, guest, diagnostic);
    }
    return begun && (real->ovs == NULL || ovs_hold(real->ovs, diagnostic));
}

/* Deletes what is left under the world's names: veths, and taps that others have deleted under us.
 */
static bool
delete_devices(struct real *real, struct diagnostic *diagnostic)
{
    char text[IFNAME_SIZE];

    for (uint8_t name = 1; name <= real->world->names.names; name++) {
        int error = 0;

        ifname_text(&real->world->names, name, text);
        if (device_index(text) != 0) {
            error = device_delete(text);
        }
        if (error != 0 && error != ENODEV) {
            return real_fail(diagnostic, "cannot delete", text, error);
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
real_end(struct real *real, struct diagnostic *diagnostic)
{
    bool deleted;

    for (unsigned guest = 0; guest < MAX_GUESTS; guest++) {
        guest_end(&real->guest[guest]);
        guest_end(&real->helper[guest]);
        real->phase[guest] = PROCESS_NONE;
    }
    real_drop_delayed(real);
    close_all(real->tap, MAX_NICS);
    close_all(real->others, IFNAME_MAX_NAMES + 1);
    deleted = delete_devices(real, diagnostic);
    real_close_containers(real);
    return deleted && (!real->has_filters || filter_clear(diagnostic)) &&
           (real->ovs == NULL || real_clear_rows(real, diagnostic)) &&
           real_restore_bridges(real, diagnostic);
}

void
real_close(struct real *real)
{
    close_all(real->probe, MAX_BRIDGES);
    close_all(&real->wire, 1);
}
