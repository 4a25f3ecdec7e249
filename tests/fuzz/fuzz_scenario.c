/* A scenario's file.  What is read of it is also written, as `keep` does it, and read again. */
#include "harness/document_write.h"
#include "tests/fuzz/reader.h"

#include <stdlib.h>
#include <string.h>

static void
read_again(const struct scenario *scenario, const char *path)
{
    static const struct document_edits none;
    static struct scenario again;
    struct diagnostic diagnostic = {EXIT_HOLDS, ""};
    struct document document;
    char *text;

    fuzz_require(document_open_yaml(&document, path, &diagnostic), "it can be opened again");
    text = document_write(&document, &none);
    document_close(&document);
    fuzz_require(text != NULL, "it can be written");
    if (strlen(text) <= DOCUMENT_MAX_BYTES) { /* aliases are written out */
        fuzz_require(scenario_read(&again, fuzz_file(1, text, strlen(text)), &diagnostic),
                     "what is written can be read");
        fuzz_require(again.world.guests == scenario->world.guests &&
                         again.commands == scenario->commands &&
                         again.policies == scenario->policies && again.claims == scenario->claims &&
                         strcmp(again.title, scenario->title) == 0 &&
                         strcmp(again.report, scenario->report) == 0,
                     "what is written is the same scenario");
    }
    free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct scenario scenario;
    struct diagnostic diagnostic = {EXIT_HOLDS, ""};
    const char *path = fuzz_file(0, bytes, size);
    const bool read = scenario_read(&scenario, path, &diagnostic);

    fuzz_expect(read, &diagnostic);
    if (read) {
        read_again(&scenario, path);
    }
    return 0;
}
