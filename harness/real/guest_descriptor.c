/* The descriptors of guests' processes: see guest_descriptor.h. */
#define _GNU_SOURCE /* pidfd_open */
#include "harness/real/guest_descriptor.h"

#include "harness/real/child.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

unsigned
guest_descriptors(const struct guest *guest, int fds[GUEST_MAX_DESCRIPTORS])
{
    char path[64];
    unsigned count = 0;
    DIR *folder;

    snprintf(path, sizeof path, "/proc/%d/fdinfo", guest->number);
    folder = guest->pid == 0 ? NULL : opendir(path);
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] != '.' && count < GUEST_MAX_DESCRIPTORS) {
            fds[count++] = (int)strtol(entry->d_name, NULL, 10);
        }
    }
    if (folder != NULL) {
        closedir(folder);
    }
    return count;
}

bool
guest_names_tap(int process, int fd, char name[IFNAME_SIZE])
{
    char text[512], *line;

    if (process == 0) {
        child_read(text, sizeof text, "/proc/self/fdinfo/%d", fd);
    } else {
        child_read(text, sizeof text, "/proc/%d/fdinfo/%d", process, fd);
    }
    line = strstr(text, "\niff:\t");
    if (line == NULL) {
        return false;
    }
    line += strlen("\niff:\t");
    line[strcspn(line, "\n")] = '\0';
    snprintf(name, IFNAME_SIZE, "%.15s", line);
    return name[0] != '\0';
}

int
guest_find_tap(const struct guest *guest)
{
    int fds[GUEST_MAX_DESCRIPTORS], found = -1;
    unsigned count = guest_descriptors(guest, fds);
    char name[IFNAME_SIZE];

    for (unsigned i = 0; i < count; i++) {
        found = guest_names_tap(guest->number, fds[i], name) ? fds[i] : found;
    }
    return found;
}

int
guest_copy_descriptor(const struct guest *guest, int fd)
{
    int process = pidfd_open(guest->pid, 0);
    int copy = process < 0 ? -1 : pidfd_getfd(process, fd, 0);

    if (process >= 0) {
        close(process);
    }
    return copy;
}
