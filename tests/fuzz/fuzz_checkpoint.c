/* A checkpoint of scenarios/reported-race.yaml: whether it can be opened, and what is in it found
 * again.  Its hashes are made right first: no chance would find them. */
#include "harness/checkpoint.h"
#include "sim/found.h"
#include "tests/fuzz/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum { CELL = 1 };

/* The head of a file, as harness/checkpoint.c has it, but for its last field. */
struct head {
    char schema[32];
    uint64_t build, cell, size, hash;
    uint8_t more[IFNAME_MAX_FAMILIES + (8 - IFNAME_MAX_FAMILIES % 8) % 8];
};

static uint64_t
hash_of_build(void)
{
    static uint64_t hash;
    FILE *file = hash == 0 ? fopen("/proc/self/exe", "rb") : NULL;
    enum { MOST = 256 << 20 };
    char *bytes;

    if (file != NULL && (bytes = malloc(MOST)) != NULL) {
        hash = XXH3_64bits(bytes, fread(bytes, 1, MOST, file));
        free(bytes);
        fclose(file);
    }
    return hash;
}

static void
make_right(uint8_t *bytes, size_t size)
{
    struct head head;

    memcpy(&head, bytes, sizeof head);
    head.build = hash_of_build();
    head.cell = CELL;
    head.size = size - sizeof head;
    head.hash = 0;
    memcpy(bytes, &head, sizeof head);
    head.hash = XXH3_64bits(bytes, size);
    memcpy(bytes, &head, sizeof head);
}

/* What a search does that goes on. */
static void
restore(const struct checkpoint_file *file)
{
    const struct scenario *scenario = fuzz_scenario("scenarios/reported-race.yaml");
    struct violation first[ORACLE_COUNT], lasting[ORACLE_COUNT];
    struct diagnostic diagnostic = {EXIT_HOLDS, ""};
    struct explore_result result;
    struct found found;
    struct world world;

    if (!build_world(scenario, &scenario->policy[0].policy, &file->growth, &world, &diagnostic)) {
        return;
    }
    found_open(&found, &world, (size_t)1 << 26, true);
    if (snapshot_restore(&file->snapshot, &found, &result, first, lasting) == SNAPSHOT_TAKEN) {
        for (uint64_t id = 1; id < found.graph.states; id++) {
            fuzz_require(found.graph.state[id].parent < id, "a state is found from one before it");
        }
    }
    graph_close(&found.graph);
    found_close(&found);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct diagnostic diagnostic = {EXIT_HOLDS, ""};
    uint8_t *copy = malloc(size + 1);
    struct checkpoint_file file;
    bool opened;

    fuzz_require(copy != NULL, "there is memory");
    memcpy(copy, bytes, size);
    if (size >= sizeof(struct head)) {
        make_right(copy, size);
    }
    opened = checkpoint_open(&file, fuzz_file(0, copy, size), CELL, &diagnostic);
    fuzz_expect(opened, &diagnostic);
    if (opened) {
        restore(&file);
        checkpoint_close(&file);
    }
    free(copy);
    return 0;
}
