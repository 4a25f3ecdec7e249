/* Guests that libvirtd has started: see guest_libvirt.h. */
#define _DEFAULT_SOURCE /* struct ifreq */
#include "harness/libvirt/guest_libvirt.h"

#include "harness/real/deadline.h"
#include "harness/real/guest_descriptor.h"
#include "harness/real/monitor.h"
#include "harness/real/sandbox.h"

#include <errno.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { HEADER_MOST = 64 };

/* It was opened by the node that libvirtd knows, be the device still there or not. */
static bool
is_macvtap(const struct guest *guest, int fd)
{
    char path[64], target[64] = "";

    snprintf(path, sizeof path, "/proc/%d/fd/%d", guest->number, fd);
    return readlink(path, target, sizeof target - 1) > 0 &&
           strncmp(target, "/dev/tap", strlen("/dev/tap")) == 0;
}

/* A copy of its descriptor of its nic of that number: libvirt hands them over in the nics' order,
 * so they are in that order. */
static int
copy_tap(const struct guest *guest, unsigned tap)
{
    int fds[GUEST_MAX_DESCRIPTORS], nth = -1;
    unsigned count = guest_descriptors(guest, fds);
    char name[IFNAME_SIZE];

    for (unsigned round = 0; round <= tap; round++) {
        int next = -1;

        for (unsigned i = 0; i < count; i++) {
            if (fds[i] > nth && (next < 0 || fds[i] < next) &&
                (guest_names_tap(guest->number, fds[i], name) || is_macvtap(guest, fds[i]))) {
                next = fds[i];
            }
        }
        nth = next;
    }
    return nth < 0 ? -1 : guest_copy_descriptor(guest, nth);
}

/* The bytes that a tap has before each frame: those of virtio have a header, of zeros here. */
static size_t
header_size(int tap)
{
    struct ifreq request = {0};
    int size = 0;

    return ioctl(tap, TUNGETIFF, &request) == 0 && (request.ifr_flags & IFF_VNET_HDR) != 0 &&
                   ioctl(tap, TUNGETVNETHDRSZ, &size) == 0 && size > 0 && size <= HEADER_MOST
               ? (size_t)size
               : 0;
}

static bool
send_frame(struct guest *guest, unsigned tap, const uint8_t *frame, size_t length,
           struct diagnostic *diagnostic)
{
    uint8_t all[HEADER_MOST + GUEST_MAX_FRAME] = {0};
    int copy = copy_tap(guest, tap);
    size_t header = copy < 0 ? 0 : header_size(copy);
    bool sent;

    memcpy(all + header, frame, length);
    sent = copy >= 0 && write(copy, all, header + length) == (ssize_t)(header + length);
    /* A device that is down, or has been deleted, takes none: that is a frame lost. */
    sent = sent || copy < 0 || errno == EIO || errno == EBADFD;
    sent = sent || guest_fail(diagnostic, "it does not take a frame");
    if (copy >= 0) {
        close(copy);
    }
    return sent;
}

/* As guest_await_frame, of frames with a header. */
static bool
await_behind_header(int tap, size_t header, const uint8_t *frame, size_t length, int milliseconds)
{
    long long deadline = deadline_in(milliseconds);
    struct pollfd ready = {.fd = tap, .events = POLLIN};
    uint8_t got[HEADER_MOST + GUEST_MAX_FRAME];

    while (deadline_poll(&ready, 1, deadline) == 1) {
        if (read(tap, got, sizeof got) == (ssize_t)(header + length) &&
            memcmp(got + header, frame, length) == 0) {
            return true;
        }
    }
    return false;
}

static bool
expect(struct guest *guest, unsigned tap, const uint8_t *frame, size_t length, int milliseconds,
       bool *got, struct diagnostic *diagnostic)
{
    int copy = copy_tap(guest, tap);
    size_t header = copy < 0 ? 0 : header_size(copy);

    (void)diagnostic;
    *got = copy >= 0 && await_behind_header(copy, header, frame, length, milliseconds);
    if (copy >= 0) {
        close(copy);
    }
    return true;
}

static const struct guest_kind guest_libvirt = {.send = send_frame, .expect = expect};

void
guest_libvirt_take(struct guest *guest, pid_t process, unsigned nics)
{
    *guest =
        (struct guest){.kind = &guest_libvirt, .pid = process, .number = process, .taps = nics};
}

void
guest_libvirt_monitor(unsigned guest, char path[GUEST_LIBVIRT_PATH])
{
    snprintf(path, GUEST_LIBVIRT_PATH, SANDBOX_FOLDER "/monitor-%u", guest);
}

/* The first two answers come when QEMU has read all that it had been told before.  The register is
 * the one by which the machine 'pc' has slots ejected (QEMU, docs/specs/acpi_pci_hotplug). */
bool
guest_libvirt_eject(unsigned guest, unsigned nic, struct diagnostic *diagnostic)
{
    char path[GUEST_LIBVIRT_PATH], eject[128];
    const char *const commands[] = {"{\"execute\":\"qmp_capabilities\"}",
                                    "{\"execute\":\"query-status\"}", eject};
    bool ended = false, refused = false;
    int monitor;

    guest_libvirt_monitor(guest, path);
    snprintf(eject, sizeof eject,
             "{\"execute\":\"human-monitor-command\","
             "\"arguments\":{\"command-line\":\"o /w 0xae08 0x%x\"}}",
             1U << (GUEST_LIBVIRT_SLOT + nic));
    monitor = monitor_connect(path);
    for (size_t i = 0; i < sizeof commands / sizeof *commands && monitor >= 0; i++) {
        if (!monitor_tell(monitor, commands[i], &ended, &refused, diagnostic)) {
            close(monitor);
            return false;
        }
    }
    if (monitor >= 0) {
        close(monitor);
    }
    return (monitor >= 0 && !ended && !refused) ||
           guest_fail(diagnostic, "it does not eject a nic");
}
