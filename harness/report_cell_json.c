/* One cell as JSON: see report.h. */
#include "harness/daemons.h"
#include "harness/output.h"
#include "harness/report.h"
#include "harness/trace.h"

#include <stdlib.h>
#include <string.h>

int64_t
report_highest(const struct cell *cell, const struct ifname_family *family)
{
    int64_t most = -1;

    for (uint8_t name = 1; name <= cell->world.names.names && family->numbered; name++) {
        char text[IFNAME_SIZE];

        if ((cell->result.names >> (name - 1) & 1) != 0) {
            int64_t number =
                ifname_number(ifname_text(&cell->world.names, name, text), family->prefix);

            most = number > most ? number : most;
        }
    }
    return most;
}

/* A number of the world's states or transitions, or its depth; null if it has not been found. */
static json_t *
json_found(const struct cell *cell, uint64_t number)
{
    return cell->result.ordered ? json_null() : json_integer((json_int_t)number);
}

json_t *
report_count_json(const struct cell *cell, const mpz_t number)
{
    char *digits;
    json_t *json;

    if (!cell->result.counted) {
        return json_null();
    }
    digits = mpz_get_str(NULL, 10, number);
    json = json_string(digits);
    free(digits);
    return json;
}

/* Whether it lasts, or NULL if that is not known of the oracle. */
static json_t *
json_lasting(const struct cell *cell, enum oracle oracle)
{
    const struct explore_verdict *verdict = cell_verdict(cell, oracle, true);
    json_t *trace = json_null();

    if ((ORACLES_THAT_LAST >> oracle & 1) == 0) {
        json_decref(trace);
        return NULL;
    }
    if (verdict->violated) {
        trace = trace_cell_json(cell, oracle, true);
    }
    return json_pack("{s:s, s:o, s:o}", "observation", cell_observation(cell, verdict), "bad",
                     report_count_json(cell, verdict->bad), "trace", trace);
}

json_t *
report_victims_json(const json_t *trace, enum oracle oracle)
{
    json_t *victims = json_array(), *victim;
    size_t i;

    json_array_foreach(json_object_get(trace, "victims"), i, victim)
    {
        if (strcmp(json_string_value(json_object_get(victim, "oracle")), oracle_name(oracle)) ==
            0) {
            json_array_append(victims, victim);
        }
    }
    return victims;
}

static json_t *
json_oracle(const struct cell *cell, enum oracle oracle)
{
    const struct explore_verdict *verdict = cell_verdict(cell, oracle, false);
    json_t *trace = json_null(), *victims = NULL;

    if (verdict->violated) {
        trace = trace_cell_json(cell, oracle, false);
        victims = report_victims_json(trace, oracle);
    }
    return json_pack("{s:s, s:s, s:o, s:o, s:o*, s:o*}", "name", oracle_name(oracle), "observation",
                     cell_observation(cell, verdict), "bad", report_count_json(cell, verdict->bad),
                     "trace", trace, "victims", victims, "lasting", json_lasting(cell, oracle));
}

/* Of each family, the highest number that a guest's device has had in any state; null if it has no
 * end. */
static json_t *
json_names(const struct cell *cell)
{
    const struct ifname_table *names = &cell->world.names;
    json_t *json = cell->result.recounted ? json_null() : json_object();

    for (unsigned i = 0; i < names->families && !cell->result.recounted; i++) {
        const struct ifname_family *family = &names->family[i];
        int64_t number = report_highest(cell, family);

        if (number >= 0) {
            json_object_set_new(json, family->prefix, json_integer(number));
        }
    }
    return json;
}

/* How many first steps of all interleavings are judged; NULL after a complete search. */
static json_t *
json_judged(const struct cell *cell)
{
    return cell->result.end == EXPLORE_COMPLETE || cell->result.ordered
               ? NULL
               : json_integer(cell->result.judged);
}

/* NULL if there is none. */
static json_t *
json_estimate(const struct cell *cell)
{
    const struct estimate *estimate = &cell->estimate;

    if (!estimate->is_made || cell->result.found_all) {
        return NULL;
    }
    return json_pack("{s:I, s:I, s:I, s:I}", "states", (json_int_t)estimate->states, "least",
                     (json_int_t)estimate->least, "most", (json_int_t)estimate->most, "bytes",
                     (json_int_t)(estimate->states * estimate->bytes));
}

/* What varies from run to run. */
static json_t *
json_timing(const struct cell *cell)
{
    json_t *json = json_pack("{s:f}", "seconds", cell->seconds);

    if (cell->estimate.is_made && !cell->result.found_all) {
        json_object_set_new(json, "whole", json_real(cell->estimate.states * cell->seconds_each));
    }
    if (cell->asks_more && cell->result.end == EXPLORE_COMPLETE) {
        json_object_set_new(json, "more_guests", json_real(cell->more.seconds));
    }
    return json;
}

json_t *
report_json(const struct cell *cell)
{
    static const char *const reductions[] = {"none", "guests", "order", "guests,order"};
    const struct explore_result *result = &cell->result;
    json_t *oracles;
    char unreached[REPORT_UNREACHED_SIZE];

    if (cell->json != NULL) {
        return json_incref(cell->json);
    }
    oracles = json_array();
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        json_array_append_new(oracles, json_oracle(cell, oracle));
    }
    return json_pack(
        "{s:s, s:{s:o, s:s, s:s}, s:s, s:b, s:s, s:{s:o, s:o, s:o, s:o}, s:{s:I, s:s, s:o*, s:o*}, "
        "s:o, s:o, s:o, s:s*, s:s*, s:o*, s:o*, s:o*}",
        "schema", "tapweave-result/1", "scenario", "path", output_text(cell->scenario->path),
        "sha256", cell->scenario->sha256, "title", cell->scenario->title, "policy", cell->policy,
        "complete", cell_is_complete(cell), "end", cell_end(cell), "counts", "states",
        json_found(cell, result->states), "transitions", json_found(cell, result->transitions),
        "interleavings", report_count_json(cell, result->interleavings), "depth",
        json_found(cell, result->depth), "search", "states", (json_int_t)result->kept, "reduced",
        reductions[2 * result->ordered + result->alike], "steps", json_judged(cell), "estimate",
        json_estimate(cell), "names", json_names(cell), "oracles", oracles, "timing",
        json_timing(cell), "datapath", cell->scenario->datapath, "unreached",
        report_unreached(cell, unreached) ? unreached : NULL, "daemons",
        daemons_json(cell->scenario), "fair", report_fair_json(cell), "more_guests",
        report_more_guests_json(cell));
}
