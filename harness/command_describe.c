/* tapweave describe bash|zsh, or describe man [COMMAND]: what other programs want to know. */
#include "harness/commands.h"
#include "harness/describe/describe.h"
#include "harness/output.h"
#include "harness/text.h"
#include "harness/usage.h"

#include <stdlib.h>
#include <string.h>

/* What is described, by its word. */
enum what { WHAT_BASH, WHAT_COMMANDS, WHAT_MAN, WHAT_ZSH, WHATS };
static const char *const words[WHATS] = {"bash", "commands", "man", "zsh"};

/* The index of a word among those; or -1 with a diagnostic. */
static int
find(const char *what, const char *word, const char *const *among, size_t count,
     struct diagnostic *diagnostic)
{
    char hint[DIAGNOSTIC_HINT_SIZE];

    for (size_t i = 0; i < count; i++) {
        if (strcmp(among[i], word) == 0) {
            return (int)i;
        }
    }
    diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0, "describe: unknown %s '%s'%s", what, word,
             diagnostic_hint(word, among, count, hint));
    return -1;
}

static void
describe(FILE *out, enum what what, int command)
{
    switch (what) {
    case WHAT_BASH:
        describe_bash(out);
        break;
    case WHAT_COMMANDS:
        for (int i = 0; i < COMMANDS; i++) {
            fprintf(out, "%s\n", usage_of[i].name);
        }
        break;
    case WHAT_MAN:
        if (command < 0) {
            describe_man(out);
        } else {
            describe_man_of(out, (enum subcommand)command);
        }
        break;
    case WHAT_ZSH:
        describe_zsh(out);
        break;
    case WHATS:
        break;
    }
}

enum exit_status
command_describe(const struct options *options, struct diagnostic *diagnostic)
{
    const char *commands[COMMANDS];
    struct text text;
    int what = 0, command = -1;
    FILE *out;

    for (int i = 0; i < COMMANDS; i++) {
        commands[i] = usage_of[i].name;
    }
    if (options->count == 0 || options->count > 2) {
        diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                 "describe needs one of bash, commands, zsh, or man [COMMAND]");
        return EXIT_HOLDS;
    }
    what = find("word", options->files[0], words, WHATS, diagnostic);
    if (what >= 0 && options->count == 2 && what != WHAT_MAN) {
        diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0, "describe %s has nothing behind it",
                 words[what]);
    } else if (options->count == 2 && what >= 0) {
        command = find("command", options->files[1], commands, COMMANDS, diagnostic);
    }
    if (diagnostic->status != EXIT_HOLDS) {
        return EXIT_HOLDS;
    }
    out = text_open(&text);
    if (out != NULL) {
        describe(out, (enum what)what, command);
    }
    if (!text_close(out, &text)) {
        diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
    } else if (options->output == NULL) {
        fwrite(text.bytes, 1, text.size, stdout);
    } else {
        output_parts((const struct output_part[]){{text.bytes, text.size}, {NULL, 0}},
                     options->output, diagnostic);
    }
    free(text.bytes);
    return EXIT_HOLDS;
}
