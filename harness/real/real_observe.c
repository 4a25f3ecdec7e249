/* What can be seen of the real world, and whether frames pass: see real.h. */
#include "harness/real/real.h"

#include "harness/real/real_ovs.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MAX_ROWS = 64, MAX_SOCKETS = 64, FRAME = 64 };

static bool
observe_devices(const struct real *real, struct observation *seen, struct complaint *complaint)
{
    struct device_link links[DEVICE_MAX_LINKS];
    int bridge[MAX_BRIDGES] = {0}, error;
    size_t count;

    error = device_list(links, DEVICE_MAX_LINKS, &count);
    if (error != 0) {
        return complain(complaint, EXIT_INTERNAL, NULL, 0, 0, "cannot list the devices: %s",
                        strerror(error));
    }
    for (unsigned i = 0; i < real->world->bridges; i++) {
        bridge[i] = device_index(real->scenario->bridge[i].name);
    }
    for (size_t i = 0; i < count; i++) {
        uint8_t name = ifname_find(&real->world->names, links[i].name);
        struct real_device *device = &seen->device[name];

        if (name == IFNAME_NONE) {
            continue;
        }
        *device = (struct real_device){.exists = true,
                                       .tap = links[i].tun,
                                       .up = links[i].up,
                                       .index = links[i].index,
                                       .mac = real_mac_number(links[i].mac),
                                       .holders = device->holders};
        for (unsigned j = 0; j < real->world->bridges; j++) {
            if (links[i].master != 0 && links[i].master == bridge[j]) {
                device->master = (uint8_t)(j + 1);
            }
        }
    }
    return true;
}

/* Notes who holds the tap that this process's descriptor leads to.  The kernel names it, unless it
 * has been deleted under the descriptor (tun.c, tun_chr_show_fdinfo). */
static void
observe_descriptor(const struct real *real, pid_t pid, const char *fd, enum holder holder,
                   struct observation *seen)
{
    char path[64], line[64], name[IFNAME_SIZE];
    FILE *file;

    snprintf(path, sizeof path, "/proc/%d/fdinfo/%.16s", pid, fd);
    file = fopen(path, "re");
    if (file == NULL) {
        return; /* a process that has exited has none */
    }
    while (fgets(line, sizeof line, file) != NULL) {
        if (sscanf(line, "iff: %15s", name) == 1) {
            seen->device[ifname_find(&real->world->names, name)].holders |= (uint8_t)holder;
        }
    }
    fclose(file);
}

static void
observe_own(const struct real *real, int fd, enum holder holder, struct observation *seen)
{
    char text[16];

    snprintf(text, sizeof text, "%d", fd);
    if (fd >= 0) {
        observe_descriptor(real, getpid(), text, holder, seen);
    }
}

static void
observe_holders(const struct real *real, struct observation *seen)
{
    for (unsigned guest = 0; guest < real->world->guests; guest++) {
        pid_t pid = real->guest[guest].pid;
        const struct dirent *entry;
        char path[64];
        DIR *folder;

        observe_own(real, real->tap[guest], HOLDER_DAEMON, seen);
        observe_own(real, real->leaked[guest], HOLDER_HELPER, seen);
        snprintf(path, sizeof path, "/proc/%d/fdinfo", pid);
        folder = pid == 0 ? NULL : opendir(path);
        while (folder != NULL && (entry = readdir(folder)) != NULL) {
            observe_descriptor(real, pid, entry->d_name, HOLDER_QEMU, seen);
        }
        if (folder != NULL) {
            closedir(folder);
        }
    }
}

/* The number, plus one, of the guest or bridge of that name; 0 for none. */
static uint8_t
find_guest(const struct scenario *scenario, const char *name)
{
    for (unsigned guest = 0; guest < scenario->guests; guest++) {
        if (strcmp(scenario->guest[guest].name, name) == 0) {
            return (uint8_t)(guest + 1);
        }
    }
    return 0;
}

static uint8_t
find_bridge(const struct scenario *scenario, const char *name)
{
    for (unsigned bridge = 0; bridge < scenario->bridges; bridge++) {
        if (strcmp(scenario->bridge[bridge].name, name) == 0) {
            return (uint8_t)(bridge + 1);
        }
    }
    return 0;
}

static bool
observe_ovs(const struct real *real, struct observation *seen, struct complaint *complaint)
{
    struct ovs_row rows[MAX_ROWS];
    long sockets[MAX_SOCKETS];
    size_t count, listening;

    if (!ovs_rows(real->ovs, rows, MAX_ROWS, &count, complaint) ||
        !ovs_sockets(sockets, MAX_SOCKETS, &listening, complaint)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        uint8_t name = ifname_find(&real->world->names, rows[i].name);

        if (name != IFNAME_NONE) {
            seen->row[name].bridge = find_bridge(real->scenario, rows[i].bridge);
            seen->row[name].owner = find_guest(real->scenario, rows[i].owner);
        }
    }
    for (size_t i = 0; i < listening; i++) {
        seen->stale += sockets[i] == -1;
        for (unsigned name = 1; name <= real->world->names.names; name++) {
            if (seen->device[name].exists && sockets[i] == seen->device[name].index) {
                seen->row[name].bound = true;
            }
        }
    }
    return true;
}

bool
real_observe(const struct real *real, struct observation *seen, struct complaint *complaint)
{
    *seen = (struct observation){0};
    observe_holders(real, seen);
    return observe_devices(real, seen, complaint) &&
           (real->ovs == NULL || observe_ovs(real, seen, complaint));
}

/* Reads from the probe until the frame comes. */
static bool
probe_expect(int probe, const uint8_t frame[FRAME], int milliseconds)
{
    struct timespec time;
    uint8_t got[2048];
    long deadline, left;

    clock_gettime(CLOCK_MONOTONIC, &time);
    deadline = time.tv_sec * 1000 + time.tv_nsec / 1000000 + milliseconds;
    for (;;) {
        struct pollfd ready = {.fd = probe, .events = POLLIN};

        clock_gettime(CLOCK_MONOTONIC, &time);
        left = deadline - (time.tv_sec * 1000 + time.tv_nsec / 1000000);
        if (left <= 0 || poll(&ready, 1, (int)left) != 1) {
            return false;
        }
        if (read(probe, got, sizeof got) == FRAME && memcmp(got, frame, FRAME) == 0) {
            return true;
        }
    }
}

/* A broadcast of a type that nobody else sends (0x88b5, for experiments), with a number of its own.
 */
static void
make_frame(struct real *real, uint8_t source, uint8_t frame[FRAME])
{
    memset(frame, 0, FRAME);
    memset(frame, 0xff, 6);
    real_mac(source, frame + 6);
    frame[6] = 0x52;
    frame[12] = 0x88;
    frame[13] = 0xb5;
    snprintf((char *)frame + 14, FRAME - 14, "frame %u", ++real->frames);
}

bool
real_frames(struct real *real, unsigned guest, int milliseconds, bool *out, bool *in,
            struct complaint *complaint)
{
    int probe = real->probe[real->world->nic[guest].bridge - 1];
    uint8_t frame[FRAME];

    make_frame(real, real->world->nic[guest].mac, frame);
    if (!guest_send(&real->guest[guest], frame, FRAME, complaint)) {
        return false;
    }
    *out = probe_expect(probe, frame, milliseconds);
    make_frame(real, 0xee, frame);
    if (write(probe, frame, FRAME) != FRAME) {
        return complain(complaint, EXIT_INTERNAL, NULL, 0, 0, "cannot write to a bridge's tap: %s",
                        strerror(errno));
    }
    return guest_expect(&real->guest[guest], frame, FRAME, milliseconds, in, complaint);
}
