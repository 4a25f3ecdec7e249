/* A part of a check, as `merge` is given it: all of what that command does, but for printing. */
#include "harness/commands.h"
#include "tests/fuzz/reader.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char *path = (char *)fuzz_file(0, bytes, size);
    const struct options options = {
        .files = &path, .count = 1, .quiet = true, .json = "/dev/null", .oracle = -1};
    struct diagnostic diagnostic = {EXIT_HOLDS, ""};

    (void)command_merge(&options, &diagnostic);
    /* A part may say that there are no results, and why. */
    fuzz_require(diagnostic.status != EXIT_INTERNAL || diagnostic.text[0] != '\0',
                 "a diagnostic has a text");
    return 0;
}
