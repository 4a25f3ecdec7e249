/* The table of words that were renamed: see renamed.h. */
#include "harness/renamed.h"

#include <stdio.h>
#include <string.h>

static const char *const kinds[] = {[RENAMED_POLICY] = "policy", [RENAMED_ORACLE] = "oracle"};

static const struct {
    enum renamed_kind kind;
    const char *before, *now;
} words[] = {
    {RENAMED_POLICY, "own-names", "per-guest-names"},
    {RENAMED_POLICY, "lowest-free-late", "lowest-free-after-cleanup"},
    {RENAMED_ORACLE, "error-log", "spurious-error"},
    {RENAMED_ORACLE, "lost-limit", "lost-qos"},
};

const char *
renamed_now(enum renamed_kind kind, const char *word)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (words[i].kind == kind && strcmp(words[i].before, word) == 0) {
            return words[i].now;
        }
    }
    return word;
}

void
renamed_warn(enum renamed_kind kind, const char *word, struct place place)
{
    const char *now = renamed_now(kind, word);

    if (now != word) {
        fprintf(stderr, "tapweave: %s:%zu:%zu: warning: %s '%s' is called '%s' now\n", place.file,
                place.line, place.column, kinds[kind], word, now);
    }
}
