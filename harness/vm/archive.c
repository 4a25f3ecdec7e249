/* An initial file system in memory: see archive.h. */
#define _GNU_SOURCE /* memfd_create */
#include "harness/vm/archive.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static bool
fails(const struct archive *archive, const char *path)
{
    return diagnose(archive->diagnostic, EXIT_INTERNAL, path, 0, 0,
                    "cannot be put into the virtual machine: %s", strerror(errno));
}

bool
archive_open(struct archive *archive, struct diagnostic *diagnostic)
{
    int fd = memfd_create("tapweave", MFD_CLOEXEC);

    *archive = (struct archive){.file = fd < 0 ? NULL : fdopen(fd, "w+"), .diagnostic = diagnostic};
    if (archive->file != NULL) {
        return true;
    }
    if (fd >= 0) {
        close(fd);
    }
    return fails(archive, "memory");
}

void
archive_close(struct archive *archive)
{
    fclose(archive->file);
}

/* Zeros up to a multiple of four bytes. */
static bool
pad(struct archive *archive, size_t used)
{
    static const char zeros[4] = "";
    size_t more = (4 - used % 4) % 4;

    return fwrite(zeros, 1, more, archive->file) == more;
}

/* One entry; its name has no '/' at its beginning. */
static bool
add_entry(struct archive *archive, const char *name, unsigned mode, const void *bytes, size_t size)
{
    enum { HEADER = 110 };
    size_t length = strlen(name) + 1;

    /* magic, ino, mode, uid, gid, nlink, mtime, filesize, devmajor, devminor, rdevmajor, rdevminor,
     * namesize, check */
    return fprintf(archive->file, "070701%08x%08x%08x%08x%08x%08x%08zx%08x%08x%08x%08x%08zx%08x",
                   ++archive->entries, mode, 0, 0, 1, 0, size, 0, 0, 0, 0, length, 0) == HEADER &&
           fwrite(name, 1, length, archive->file) == length && pad(archive, HEADER + length) &&
           fwrite(bytes, 1, size, archive->file) == size && pad(archive, size);
}

bool
archive_add(struct archive *archive, const char *path, const void *bytes, size_t size)
{
    char folder[PATH_MAX];

    for (const char *end = strchr(path + 1, '/'); end != NULL; end = strchr(end + 1, '/')) {
        snprintf(folder, sizeof folder, "%.*s", (int)(end - path - 1), path + 1);
        if (!add_entry(archive, folder, S_IFDIR | 0755, "", 0)) {
            return fails(archive, path);
        }
    }
    return add_entry(archive, path + 1, S_IFREG | 0755, bytes, size) || fails(archive, path);
}

bool
archive_add_file(struct archive *archive, const char *path, const char *from)
{
    int fd = open(from, O_RDONLY | O_CLOEXEC);
    struct stat there;
    void *bytes = MAP_FAILED;
    bool added;

    if (fd >= 0 && fstat(fd, &there) == 0 && there.st_size > 0) {
        bytes = mmap(NULL, (size_t)there.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    }
    if (bytes == MAP_FAILED) {
        added = fails(archive, from);
    } else {
        added = archive_add(archive, path, bytes, (size_t)there.st_size);
        munmap(bytes, (size_t)there.st_size);
    }
    if (fd >= 0) {
        close(fd);
    }
    return added;
}

int
archive_end(struct archive *archive)
{
    if (!add_entry(archive, "TRAILER!!!", 0, "", 0) || fflush(archive->file) != 0) {
        fails(archive, "memory");
        return -1;
    }
    return fileno(archive->file);
}
