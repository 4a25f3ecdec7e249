/* What is in an HTML report: see data.h. */
#include "harness/html/data.h"

#include "harness/output.h"
#include "harness/report.h"

#include <string.h>

/* What has been found of a cell: [[oracle or null, lasting, verdict, text, line, known], ...]. */
static json_t *
findings_json(const struct findings *findings, const struct cell *cell, struct shares *shares)
{
    static const char *const verdicts[] = {"holds", "undecided", "fails"};
    json_t *json = json_array();

    for (unsigned i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->finding[i];

        if (finding->cell == cell) {
            json_array_append_new(json,
                                  json_pack("[o, b, s, o, I, b]",
                                            finding->oracle == FINDING_NO_ORACLE
                                                ? json_null()
                                                : json_integer(finding->oracle),
                                            finding->lasting, verdicts[finding->verdict],
                                            shared_add(&shares->texts, output_text(finding->text)),
                                            (json_int_t)finding->line, finding->known));
        }
    }
    return json;
}

static json_t *
count_or_null(const struct cell *cell, const mpz_t count)
{
    return cell->result.counted ? data_count(count) : json_null();
}

/* What is observed, as an index of its word. */
static json_t *
observed(const struct cell *cell, const struct explore_verdict *verdict, struct shares *shares)
{
    return shared_add(&shares->texts, json_string(cell_observation(cell, verdict)));
}

static json_t *
story_or_null(const struct cell *cell, const struct stories *stories, const struct story *story,
              struct shares *shares)
{
    return story == NULL ? json_null() : data_story(cell, stories, story, shares);
}

/* The oracles that are violated: [[oracle, observed, runs, lasting: observed, runs, story, story of
 * what lasts], ...]; null of what is not known, or not there. */
static json_t *
violated_json(const struct cell *cell, const struct stories *stories, struct shares *shares)
{
    json_t *violated = json_array();

    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        const struct explore_verdict *verdict = cell_verdict(cell, oracle, false);
        const struct explore_verdict *lasting = cell_verdict(cell, oracle, true);
        const bool lasts = (ORACLES_THAT_LAST >> oracle & 1) != 0;

        if (verdict->violated) {
            json_array_append_new(
                violated,
                json_pack("[i, o, o, o, o, o, o]", (int)oracle, observed(cell, verdict, shares),
                          count_or_null(cell, verdict->bad),
                          lasts ? observed(cell, lasting, shares) : json_null(),
                          lasts ? count_or_null(cell, lasting->bad) : json_null(),
                          story_or_null(cell, stories, story_of(stories, oracle, false), shares),
                          story_or_null(cell, stories, story_of(stories, oracle, true), shares)));
        }
    }
    return violated;
}

/* A command that never ends: [its name, how many steps are taken again and again, story]. */
static json_t *
starving_json(const struct cell *cell, const struct stories *stories, struct shares *shares)
{
    const struct story *story = story_of_starving(stories);
    char command[REPORT_NAME_SIZE];

    if (story == NULL) {
        return NULL;
    }
    report_starving(cell->scenario, story->of.starving, command);
    return json_pack("[o, i, o]", shared_add(&shares->texts, json_string(command)),
                     (int)story->of.starving->trip.loop, data_story(cell, stories, story, shares));
}

static void
set_unless_empty(json_t *json, const char *key, json_t *array)
{
    if (json_array_size(array) > 0) {
        json_object_set(json, key, array);
    }
    json_decref(array);
}

/* The oracles of which it is not known whether they are violated. */
static json_t *
open_json(const struct cell *cell)
{
    const oracle_set undecided = cell_undecided(cell);
    json_t *open = json_array();

    for (int oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if ((undecided >> oracle & 1) != 0) {
            json_array_append_new(open, json_integer(oracle));
        }
    }
    return open;
}

/* Without what is not there: an end is that of a search which is not complete. */
static json_t *
cell_json(const struct findings *findings, const struct cell *cell, const struct stories *stories,
          struct shares *shares)
{
    json_t *json =
        json_pack("{s:o, s:o}", "policy", shared_add(&shares->policies, json_string(cell->policy)),
                  "runs", count_or_null(cell, cell->result.interleavings));

    if (!cell_is_complete(cell)) {
        json_object_set_new(json, "end", json_string(cell_end(cell)));
    }
    set_unless_empty(json, "open", open_json(cell));
    set_unless_empty(json, "violated", violated_json(cell, stories, shares));
    set_unless_empty(json, "starving", starving_json(cell, stories, shares));
    set_unless_empty(json, "findings", findings_json(findings, cell, shares));
    if (stories->why[0] != '\0') {
        json_object_set_new(json, "unexplained",
                            shared_add(&shares->texts, output_text(stories->why)));
    }
    return json;
}

/* The cells follow each other by their scenarios. */
static json_t *
scenarios_json(const struct findings *findings, const struct stories *stories,
               struct shares *shares)
{
    const struct scenario *last = NULL;
    json_t *scenarios = json_array(), *cells = NULL;

    for (unsigned i = 0; i < findings->cells; i++) {
        const struct cell *cell = &findings->cell[i];
        const struct scenario *scenario = cell->scenario;

        if (cell->elsewhere) {
            continue;
        }
        if (scenario != last) {
            cells = json_array();
            last = scenario;
            json_array_append_new(scenarios, json_pack("{s:o, s:o, s:o, s:s*, s:b, s:o}", "path",
                                                       output_text(scenario->path), "title",
                                                       output_text(scenario->title), "report",
                                                       output_text(scenario->report), "datapath",
                                                       scenario->datapath, "more",
                                                       scenario->more_guests, "cells", cells));
        }
        json_array_append_new(cells, cell_json(findings, cell, &stories[i], shares));
    }
    return scenarios;
}

static json_t *
oracles_json(void)
{
    json_t *oracles = json_array();

    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        json_array_append_new(oracles,
                              json_pack("[s, s]", oracle_name(oracle), oracle_text(oracle)));
    }
    return oracles;
}

/* The named policies come first, in their own order, if any cell is theirs. */
static json_int_t
share_named(const struct findings *findings, struct shares *shares)
{
    const struct policy_named *named;
    json_int_t count = 0;

    for (unsigned i = 0; (named = policy_named(i)) != NULL; i++) {
        bool there = false;

        for (unsigned j = 0; j < findings->cells; j++) {
            there = there || (!findings->cell[j].elsewhere &&
                              strcmp(findings->cell[j].policy, named->name) == 0);
        }
        if (there) {
            json_decref(shared_add(&shares->policies, json_string(named->name)));
            count++;
        }
    }
    return count;
}

json_t *
data_json(const struct findings *findings, const struct stories *stories)
{
    struct shares shares = {0};
    const json_int_t named = share_named(findings, &shares);
    json_t *scenarios = scenarios_json(findings, stories, &shares);

    return json_pack("{s:s, s:o, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "schema",
                     "tapweave-report/1", "oracles", oracles_json(), "named", named, "policies",
                     shared_close(&shares.policies), "texts", shared_close(&shares.texts), "things",
                     shared_close(&shares.things), "begins", shared_close(&shares.begins), "steps",
                     shared_close(&shares.steps), "walks", shared_close(&shares.walks), "scenarios",
                     scenarios);
}
