/* What a host has recorded: files of any of the formats, with lines of "====" between them. */
#define _GNU_SOURCE /* memmem */
#include "harness/record/format.h"
#include "harness/record/timeline.h"
#include "tests/fuzz/reader.h"

#include <string.h>

/* Each for itself: behind one that is none, the others are not looked at. */
static bool
read_each(char *const *files, unsigned count)
{
    bool all = true;

    for (unsigned i = 0; i < count; i++) {
        struct diagnostic diagnostic = {EXIT_HOLDS, ""};
        struct record record;
        const bool read = record_read(&record, files[i], NULL, &diagnostic);

        fuzz_expect(read, &diagnostic);
        if (read) {
            record_free(&record);
        }
        all = all && read;
    }
    return all;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const char line[] = "====\n";
    struct diagnostic diagnostic = {EXIT_HOLDS, ""};
    const uint8_t *end = bytes + size;
    struct timeline timeline;
    char *files[FUZZ_FILES];
    unsigned count = 0;

    while (count < FUZZ_FILES && bytes < end) {
        const uint8_t *next = memmem(bytes, (size_t)(end - bytes), line, strlen(line));

        files[count] =
            (char *)fuzz_file(count, bytes, (size_t)((next == NULL ? end : next) - bytes));
        bytes = next == NULL ? end : next + strlen(line);
        count++;
    }
    if (read_each(files, count)) {
        const bool read = timeline_open(&timeline, files, count, NULL, &diagnostic);

        fuzz_expect(read, &diagnostic);
        if (read) {
            (void)timeline_first(&timeline);
            timeline_close(&timeline);
        }
    }
    return 0;
}
