/* Checkpoints: see checkpoint.h. */
#include "harness/checkpoint.h"

#include "harness/memory.h"
#include "harness/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

/* What a file begins with.  No padding: it is written as it is. */
struct head {
    char schema[32]; /* and a newline; the rest is 0 */
    uint64_t build;  /* XXH3 of this program's file */
    uint64_t cell;   /* checkpoint_cell */
    uint64_t size;   /* bytes that follow the head */
    uint64_t hash;   /* XXH3 of the head, with 0 here, and of them */
    uint8_t more[IFNAME_MAX_FAMILIES + (8 - IFNAME_MAX_FAMILIES % 8) % 8]; /* growth */
};

/* Maps a file.  NULL with errno; nothing, and a size of 0, of an empty one. */
static void *
map_file(const char *path, size_t *size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC), error;
    void *bytes = MAP_FAILED;
    struct stat status;

    *size = 0;
    errno = fd < 0 ? errno : 0;
    if (fd < 0) {
        return NULL;
    }
    if (fstat(fd, &status) == 0 && !S_ISREG(status.st_mode)) {
        errno = S_ISDIR(status.st_mode) ? EISDIR : ESPIPE;
    } else if (errno == 0 && status.st_size > 0) {
        *size = (size_t)status.st_size;
        bytes = mmap(NULL, *size, PROT_READ, MAP_PRIVATE, fd, 0);
    }
    error = errno;
    close(fd);
    errno = error;
    return bytes == MAP_FAILED ? NULL : bytes;
}

/* The hash of this program's file; 0 if it cannot be read. */
static uint64_t
hash_of_build(void)
{
    size_t size;
    void *bytes = map_file("/proc/self/exe", &size);
    uint64_t hash;

    if (bytes == NULL) {
        return 0;
    }
    hash = XXH3_64bits(bytes, size);
    munmap(bytes, size);
    return hash;
}

uint64_t
checkpoint_cell(const struct scenario *scenario, const struct policy *policy,
                const struct bounds *bounds)
{
    const char *datapath = scenario->datapath == NULL ? "" : scenario->datapath;
    char text[256];
    int length = snprintf(text, sizeof text, "%s %s %d", scenario->sha256, datapath,
                          bounds_exchange(bounds));

    return XXH3_64bits_withSeed(policy, sizeof *policy, XXH3_64bits(text, (size_t)length));
}

/* The counters and the four arrays, in the order of the file.  Where there is no edge, the last two
 * are nothing, and end the list. */
enum { PARTS = 5 };

static void
list_parts(const struct snapshot *snapshot, struct output_part parts[PARTS])
{
    const struct snapshot_counts *counts = &snapshot->counts;

    parts[0] = (struct output_part){counts, sizeof *counts};
    parts[1] = (struct output_part){snapshot->packed,
                                    counts->states * counts->words * sizeof *snapshot->packed};
    parts[2] = (struct output_part){snapshot->state, counts->states * sizeof *snapshot->state};
    parts[3] = (struct output_part){snapshot->target, counts->edges * sizeof *snapshot->target};
    parts[4] =
        (struct output_part){snapshot->objection, counts->edges * sizeof *snapshot->objection};
}

/* What head->hash has to be: of the head, and of what the parts have. */
static uint64_t
hash_of(struct head head, const struct output_part *parts)
{
    XXH3_state_t *state = XXH3_createState();
    uint64_t hash;

    if (state == NULL) {
        memory_lacks();
    }
    head.hash = 0;
    XXH3_64bits_reset(state);
    XXH3_64bits_update(state, &head, sizeof head);
    for (; parts->bytes != NULL; parts++) {
        XXH3_64bits_update(state, parts->bytes, parts->size);
    }
    hash = XXH3_64bits_digest(state);
    XXH3_freeState(state);
    return hash;
}

/* ---- from a file ---- */

static const char *
find_fault(const struct head *head, size_t size, uint64_t cell)
{
    const char schema[] = "tapweave-checkpoint/";
    struct output_part rest[] = {{NULL, 0}, {NULL, 0}};

    if (head == NULL || size < sizeof *head ||
        memcmp(head->schema, schema, sizeof schema - 1) != 0) {
        return "is no checkpoint of tapweave";
    }
    if (memcmp(head->schema, CHECKPOINT_SCHEMA "\n", sizeof CHECKPOINT_SCHEMA + 1) != 0) {
        return "is a checkpoint of another version: this one has " CHECKPOINT_SCHEMA;
    }
    rest[0] = (struct output_part){head + 1, size - sizeof *head};
    if (head->size != rest[0].size || head->size < sizeof(struct snapshot_counts) ||
        hash_of(*head, rest) != head->hash) {
        return "is damaged: its bytes are not those that were written";
    }
    if (head->build == 0 || head->build != hash_of_build()) {
        return "was written by another build of tapweave, whose states and steps may be others";
    }
    if (head->cell != cell) {
        return "is of another scenario, policy, datapath or reduction";
    }
    return NULL;
}

/* Finds the arrays in the file.  False if they are not as large as the counters say. */
static bool
find_parts(struct checkpoint_file *file)
{
    const struct head *head = file->bytes;
    const char *at = (const char *)(head + 1);
    struct snapshot *snapshot = &file->snapshot;
    struct output_part parts[PARTS];
    size_t left = head->size;

    memcpy(&snapshot->counts, at, sizeof snapshot->counts);
    if (snapshot->counts.states > STORE_MAX_STATES || snapshot->counts.edges > left ||
        snapshot->counts.words > LAYOUT_MAX_WORDS) {
        return false;
    }
    list_parts(snapshot, parts);
    for (unsigned i = 0; i < PARTS; i++) {
        if (parts[i].size > left) {
            return false;
        }
        parts[i].bytes = at;
        at += parts[i].size;
        left -= parts[i].size;
    }
    snapshot->packed = parts[1].bytes;
    snapshot->state = parts[2].bytes;
    snapshot->target = parts[3].bytes;
    snapshot->objection = parts[4].bytes;
    memcpy(file->growth.more, head->more, sizeof file->growth.more);
    return left == 0;
}

bool
checkpoint_open(struct checkpoint_file *file, const char *path, uint64_t cell,
                struct diagnostic *diagnostic)
{
    const char *fault;

    *file = (struct checkpoint_file){0};
    errno = 0;
    file->bytes = map_file(path, &file->size);
    if (file->bytes == NULL && errno != 0) {
        return diagnose(diagnostic, diagnostic_of_errno(), path, 0, 0, "cannot be read: %s",
                        strerror(errno));
    }
    fault = find_fault(file->bytes, file->size, cell);
    if (fault == NULL && !find_parts(file)) {
        fault = "is damaged: its numbers do not fit each other";
    }
    if (fault != NULL) {
        checkpoint_close(file);
        return diagnose(diagnostic, EXIT_BAD_INPUT, path, 0, 0, "%s", fault);
    }
    return true;
}

void
checkpoint_close(struct checkpoint_file *file)
{
    if (file->bytes != NULL) {
        munmap(file->bytes, file->size);
    }
    *file = (struct checkpoint_file){0};
}

/* ---- into a file ---- */

static bool
write_file(const struct checkpoint *checkpoint, const struct snapshot *snapshot,
           struct diagnostic *diagnostic)
{
    struct head head = {
        .schema = CHECKPOINT_SCHEMA "\n", .build = hash_of_build(), .cell = checkpoint->cell};
    struct output_part parts[1 + PARTS + 1] = {{&head, sizeof head}};

    list_parts(snapshot, parts + 1);
    for (unsigned i = 1; i <= PARTS; i++) {
        head.size += parts[i].size;
    }
    memcpy(head.more, checkpoint->growth->more, sizeof checkpoint->growth->more);
    head.hash = hash_of(head, parts + 1);
    return output_parts(parts, checkpoint->path, diagnostic);
}

bool
checkpoint_save(void *context, const struct snapshot *snapshot, bool ended)
{
    struct checkpoint *checkpoint = context;
    const double time = watch_seconds(checkpoint->watch);
    const bool first = checkpoint->saved == 0;
    struct diagnostic diagnostic = {EXIT_HOLDS, ""};

    if (checkpoint->refused || (!ended && !first && time - checkpoint->saved < checkpoint->every)) {
        return !checkpoint->refused;
    }
    if (write_file(checkpoint, snapshot, &diagnostic)) {
        checkpoint->saved = watch_seconds(checkpoint->watch);
        return true;
    }
    checkpoint->saved = time;
    if (first || ended) {
        *checkpoint->diagnostic = diagnostic;
        checkpoint->refused = first;
        return false;
    }
    if (!checkpoint->noted) {
        fprintf(stderr, "\ntapweave: note: %s\n", diagnostic.text);
        checkpoint->noted = true;
    }
    return true;
}
