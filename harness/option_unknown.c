/* The nearest option to one that there is not: see option_unknown.h.  argp says that there is none,
 * and ends the program before anybody could say more.  So getopt, which reads words as argp does,
 * looks through them first. */
#define _GNU_SOURCE /* getopt_long */
#include "harness/option_unknown.h"

#include "harness/memory.h"
#include "harness/option_table.h"

#include <ctype.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_SIZE = 40, OWN = 3 /* those of argp */, MOST = OPTION_ROWS + OWN };

/* The options as getopt has them. */
struct table {
    struct option row[MOST + 1];
    char shorts[3 * MOST + 8];
    const char *name[MOST];
    size_t count;
};

static void
add(struct table *table, const char *name, int key, bool takes)
{
    const size_t used = strlen(table->shorts);

    table->row[table->count] =
        (struct option){name, takes ? required_argument : no_argument, NULL, 1};
    table->name[table->count++] = name;
    if (key > 0 && key < 128 && isprint(key)) {
        snprintf(table->shorts + used, sizeof table->shorts - used, "%c%s", key, takes ? ":" : "");
    }
}

static void
fill(struct table *table, const struct argp_option *options)
{
    *table = (struct table){.count = 0};
    for (; options->name != NULL; options++) {
        add(table, options->name, options->key, options->arg != NULL);
    }
    add(table, "help", '?', false);
    add(table, "usage", 0, false);
    add(table, "version", 'V', false);
}

/* True if it is the beginning of one of them, or another command's. */
static bool
is_meant(const struct table *table, const char *word)
{
    for (unsigned i = 0; i < option_rows; i++) {
        if (strcmp(option_row[i].option.name, word) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < table->count; i++) {
        if (strncmp(table->name[i], word, strlen(word)) == 0) {
            return true;
        }
    }
    return false;
}

bool
option_is_known(const struct argp_option *options, int argc, char **argv,
                struct diagnostic *diagnostic)
{
    char **words = memory_make(((size_t)argc + 1) * sizeof *words); /* getopt sorts them */
    char word[NAME_SIZE] = "";
    const char *nearest;
    struct table table;
    int found = 0;

    fill(&table, options);
    memcpy(words, argv, ((size_t)argc + 1) * sizeof *words);
    opterr = 0;
    optind = 0;
    while (found != -1 && word[0] == '\0') {
        found = getopt_long(argc, words, table.shorts, table.row, NULL);
        if (found == '?' && optopt == 0) {
            snprintf(word, sizeof word, "%.*s", (int)strcspn(words[optind - 1], "=") - 2,
                     words[optind - 1] + 2);
        }
    }
    free(words);
    nearest = diagnostic_nearest(word, table.name, table.count);
    return word[0] == '\0' || is_meant(&table, word) || nearest == NULL ||
           diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                    "unrecognized option '--%s'; did you mean '--%s'?", word, nearest);
}
