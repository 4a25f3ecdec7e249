/* A schedule that goes wrong, kept as a scenario of its own: see kept.h. */
#include "harness/kept.h"

#include "harness/document_write.h"
#include "harness/scenario_text.h"
#include "harness/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A scenario that gets smaller. */
struct keeping {
    const struct given *given;
    struct kept_wanted wanted;
    struct document document;
    struct document_edits edits;
    struct diagnostic *diagnostic;
};

/* What diagnostics call it, while it is no file. */
static const char name[] = "a kept scenario";

/* The schedule is possible in that scenario, and goes wrong. */
static bool
goes_wrong(const struct keeping *keeping, const struct given *given, struct diagnostic *diagnostic)
{
    struct world world;
    struct walk walk;
    bool wrong;

    if (!given_walk(given, &world, &walk, diagnostic)) {
        return false;
    }
    wrong =
        diagnostic->status == EXIT_HOLDS &&
        ((keeping->wanted.lasting ? walk_lasting(&walk) : walk.violated) >> keeping->wanted.oracle &
         1) != 0;
    walk_free(&walk);
    return wrong;
}

/* The scenario as it is edited so far will do. */
static bool
will_do(struct keeping *keeping)
{
    char *text = document_write(&keeping->document, &keeping->edits);
    struct diagnostic unsaid = {EXIT_HOLDS, ""};
    struct given given = *keeping->given;
    bool done = text != NULL && scenario_read_text(&given.scenario, text, name, &unsaid) &&
                goes_wrong(keeping, &given, &unsaid);

    free(text);
    if (unsaid.status == EXIT_INTERNAL) { /* that it will not do is not known */
        diagnose(keeping->diagnostic, EXIT_INTERNAL, NULL, 0, 0, "%s", unsaid.text);
    }
    return done;
}

/* ---- what is left out ---- */

/* Edits a part, if the scenario will do then. */
static bool
try_edit(struct keeping *keeping, const yaml_node_t *node, const char *text)
{
    struct document_edits *edits = &keeping->edits;

    if (edits->count == DOCUMENT_MAX_EDITS) {
        return false; /* the rest stays as it is */
    }
    edits->edit[edits->count++] = (struct document_edit){node, text};
    if (!will_do(keeping)) {
        edits->count--;
        return false;
    }
    return true;
}

static yaml_node_t *
node_at(struct keeping *keeping, int index)
{
    return yaml_document_get_node(&keeping->document.document, index);
}

/* The pair of a mapping whose key that is; NULL if there is none. */
static const yaml_node_pair_t *
pair_of(struct keeping *keeping, const yaml_node_t *mapping, const char *key)
{
    if (mapping == NULL || mapping->type != YAML_MAPPING_NODE) {
        return NULL;
    }
    for (const yaml_node_pair_t *pair = mapping->data.mapping.pairs.start;
         pair < mapping->data.mapping.pairs.top; pair++) {
        const yaml_node_t *node = node_at(keeping, pair->key);

        if (node->type == YAML_SCALAR_NODE &&
            strcmp((const char *)node->data.scalar.value, key) == 0) {
            return pair;
        }
    }
    return NULL;
}

/* A number in the mapping becomes as small as may be: 1 is what it is if it is not there. */
static void
lower_number(struct keeping *keeping, const yaml_node_t *mapping, const char *key)
{
    static const char *const numbers[] = {"2", "3", "4", "5", "6", "7", "8"};
    const yaml_node_pair_t *pair = pair_of(keeping, mapping, key);
    const yaml_node_t *value = pair == NULL ? NULL : node_at(keeping, pair->value);

    if (value == NULL || value->type != YAML_SCALAR_NODE ||
        try_edit(keeping, node_at(keeping, pair->key), NULL)) {
        return;
    }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if (strcmp((const char *)value->data.scalar.value, numbers[i]) == 0 ||
            try_edit(keeping, value, numbers[i])) {
            return;
        }
    }
}

/* Members of a sequence, the last one first. */
static void
shrink_sequence(struct keeping *keeping, const yaml_node_t *node)
{
    for (const yaml_node_item_t *item = node->data.sequence.items.top;
         item-- > node->data.sequence.items.start;) {
        const yaml_node_t *member = node_at(keeping, *item);

        if (!try_edit(keeping, member, NULL)) {
            lower_number(keeping, member, "times");
        }
    }
}

/* Keys of a mapping, the last one first. */
static void
shrink_mapping(struct keeping *keeping, const yaml_node_t *node)
{
    for (const yaml_node_pair_t *pair = node->data.mapping.pairs.top;
         pair-- > node->data.mapping.pairs.start;) {
        if (!try_edit(keeping, node_at(keeping, pair->key), NULL)) {
            lower_number(keeping, node_at(keeping, pair->value), "times");
        }
    }
}

/* What stands under a key of the scenario: all of it, or parts. */
static void
shrink_key(struct keeping *keeping, const char *key)
{
    const yaml_node_pair_t *pair = pair_of(keeping, keeping->document.root.node, key);
    const yaml_node_t *value = pair == NULL ? NULL : node_at(keeping, pair->value);

    if (value == NULL || try_edit(keeping, node_at(keeping, pair->key), NULL)) {
        return;
    }
    if (value->type == YAML_SEQUENCE_NODE) {
        shrink_sequence(keeping, value);
    } else if (value->type == YAML_MAPPING_NODE) {
        shrink_mapping(keeping, value);
    }
}

/* A budget that is a number by itself. */
static void
lower_budgets(struct keeping *keeping)
{
    const yaml_node_pair_t *faults = pair_of(keeping, keeping->document.root.node, "faults");
    const yaml_node_t *mapping = faults == NULL ? NULL : node_at(keeping, faults->value);

    if (mapping == NULL || mapping->type != YAML_MAPPING_NODE) {
        return;
    }
    for (const yaml_node_pair_t *pair = mapping->data.mapping.pairs.start;
         pair < mapping->data.mapping.pairs.top; pair++) {
        const yaml_node_t *value = node_at(keeping, pair->value);

        if (value->type == YAML_SCALAR_NODE &&
            strcmp((const char *)value->data.scalar.value, "1") != 0) {
            try_edit(keeping, value, "1");
        }
    }
}

static void
shrink(struct keeping *keeping)
{
    static const char *const keys[] = {"claims",  "actors",  "faults", "names",  "clock",
                                       "daemons", "devices", "rows",   "guests", "network"};

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        shrink_key(keeping, keys[i]);
    }
    lower_budgets(keeping);
}

/* ---- the text ---- */

/* A file's name, on one line. */
static void
write_name(const char *file, FILE *out)
{
    for (; *file != '\0'; file++) {
        fputc((unsigned char)*file < ' ' || *file == 0x7f ? '?' : *file, out);
    }
}

/* Where it comes from, as a comment. */
static void
write_origin(const struct keeping *keeping, FILE *out)
{
    enum { WIDTH = 100 };
    const struct trace *trace = &keeping->given->trace;
    const char *slash = strrchr(trace->scenario, '/');
    int column;

    fputs("# Kept of ", out);
    write_name(slash == NULL ? trace->scenario : slash + 1, out);
    fprintf(out, ".  Under %s\n# this violates %s%s:\n#  ", trace->policy,
            oracle_name(keeping->wanted.oracle),
            keeping->wanted.lasting ? ", and that lasts to the end" : "");
    column = 3;
    for (unsigned i = 0; i < trace->length; i++) {
        const int more = (int)strlen(trace->step[i].actor) + 1;

        if (column + more > WIDTH) {
            column = fprintf(out, "\n#  ") - 1;
        }
        column += fprintf(out, " %s", trace->step[i].actor);
    }
    fputc('\n', out);
}

/* What the search says of it in one word: it is known to be violated. */
static const char *
word(const struct cell *cell, enum oracle oracle, bool lasting)
{
    return cell->result.end == EXPLORE_COMPLETE
               ? cell_observation(cell, cell_verdict(cell, oracle, lasting))
               : "possible";
}

/* Decides what is to be claimed of the text, and writes it behind it. */
static bool
write_claim(const struct keeping *keeping, const char *text, const struct bounds *bounds, FILE *out)
{
    const enum oracle oracle = keeping->wanted.oracle;
    const char *policy = keeping->given->policy.text;
    struct scenario scenario;
    struct cell cell;
    bool done;

    if (!scenario_read_text(&scenario, text, name, keeping->diagnostic)) {
        return false;
    }
    cell_begin(&cell, &scenario, policy, &keeping->given->policy.policy);
    done = cell_run(&cell, bounds, keeping->diagnostic);
    if (done && keeping->wanted.lasting) {
        fprintf(out, "claims:\n  %s: {%s: [%s, lasting %s]}\n", policy, oracle_name(oracle),
                word(&cell, oracle, false), word(&cell, oracle, true));
    } else if (done) {
        fprintf(out, "claims:\n  %s: {%s: %s}\n", policy, oracle_name(oracle),
                word(&cell, oracle, false));
    }
    cell_free(&cell);
    return done;
}

/* The kept scenario's text, or NULL with a diagnostic. */
static char *
write_all(const struct keeping *keeping, const struct bounds *bounds)
{
    char *text = document_write(&keeping->document, &keeping->edits);
    struct text all = {NULL, 0};
    FILE *out = text == NULL ? NULL : text_open(&all);
    bool done = out != NULL;

    if (done) {
        write_origin(keeping, out);
        fputs(text, out);
        done = write_claim(keeping, text, bounds, out);
        done = text_close(out, &all) && done;
    }
    free(text);
    if (!done) {
        free(all.bytes);
        all.bytes = NULL;
        diagnose(keeping->diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
    }
    return all.bytes;
}

char *
kept_make(const struct given *given, struct kept_wanted wanted, const struct bounds *bounds,
          struct diagnostic *diagnostic)
{
    struct keeping keeping = {.given = given, .wanted = wanted, .diagnostic = diagnostic};
    char *text = NULL;

    if (!goes_wrong(&keeping, given, diagnostic)) {
        if (diagnostic->status == EXIT_HOLDS) {
            diagnose(diagnostic, EXIT_BAD_INPUT, given->trace.path, 0, 0,
                     "the schedule does not violate %s", oracle_name(wanted.oracle));
        }
        return NULL;
    }
    if (!document_open_yaml(&keeping.document, given->trace.scenario, diagnostic)) {
        return NULL;
    }
    shrink(&keeping);
    text = write_all(&keeping, bounds);
    document_close(&keeping.document);
    if (diagnostic->status != EXIT_HOLDS) {
        free(text);
        text = NULL;
    }
    return text;
}
