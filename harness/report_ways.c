/* The ways to go wrong, the shortest first: see explained.h. */
#include "harness/explained.h"

#include "harness/print.h"
#include "harness/report.h"
#include "harness/trace.h"
#include "sim/way.h"

#include <stdio.h>

static unsigned
at_most(const struct ways *ways, unsigned most)
{
    return ways->count < most ? ways->count : most;
}

static void
print_way(const struct cell *cell, enum oracle oracle, const struct way *way, unsigned number)
{
    struct walk walk;

    printf("\n%u. %u step%s", number, way->length, print_plural(way->length));
    if (way->troubles > 0) {
        printf(", with %u that fail%s", way->troubles, way->troubles == 1 ? "s" : "");
    }
    putchar('\n');
    walk_along(&walk, cell->scenario, &cell->world, way->schedule, way->length);
    report_victims(&walk, oracle);
    report_walk(&walk);
    report_replay(cell->scenario, &cell->world, cell->policy, way->schedule, way->length,
                  "replay it", "");
    walk_free(&walk);
}

/* Whether there may be others. */
static void
write_others(const struct ways *ways, char *text, size_t size)
{
    if (ways->all) {
        snprintf(text, size, "and there are no others");
    } else if (ways->within > 0) {
        snprintf(text, size, "all of at most %u steps among them", ways->within);
    } else {
        snprintf(text, size, "and there may be others");
    }
}

/* None is found: whether there may be one. */
static void
print_none(const struct cell *cell, enum oracle oracle, const struct ways *ways)
{
    const char *besides = ways->plain ? " in which nothing else goes wrong" : "";

    if (cell_verdict(cell, oracle, false)->length == 0) {
        print_line(4, "    it is so from the beginning: no step leads to it");
    } else if (ways->all) {
        print_line(4, "    there is no way to it%s", besides);
    } else if (ways->within > 0) {
        print_line(4, "    no way to it%s was found: of at most %u steps there is none", besides,
                   ways->within);
    } else {
        print_line(4, "    no way to it%s was found, and there may be one", besides);
    }
}

void
report_ways(const struct cell *cell, enum oracle oracle, const struct ways *ways, unsigned most)
{
    char others[64];

    report_head(cell->scenario, cell->policy);
    report_unreached_line(cell, "");
    putchar('\n');
    print_line(4, "%s: %s", oracle_name(oracle), oracle_text(oracle));
    if (ways->count == 0) {
        print_none(cell, oracle, ways);
        return;
    }
    write_others(ways, others, sizeof others);
    print_line(4, "    %u way%s to it%s %s found, %s%s", ways->count, print_plural(ways->count),
               ways->plain ? " in which nothing else goes wrong" : "",
               ways->count == 1 ? "was" : "were", others,
               ways->count > most ? "; the shortest ones:" : ":");
    for (unsigned i = 0; i < at_most(ways, most); i++) {
        print_way(cell, oracle, &ways->way[i], i + 1);
    }
}

json_t *
report_ways_json(const struct cell *cell, int oracle, const struct ways *ways, unsigned most)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < at_most(ways, most); i++) {
        const struct way *way = &ways->way[i];
        struct walk walk;
        json_t *json;

        walk_along(&walk, cell->scenario, &cell->world, way->schedule, way->length);
        json = trace_json(&walk, cell->policy, oracle);
        json_object_set_new(json, "errors", json_integer((json_int_t)way->troubles));
        json_array_append_new(list, json);
        walk_free(&walk);
    }
    return json_pack("{s:s, s:s*, s:i, s:b, s:b, s:i, s:I, s:I, s:o}", "schema", "tapweave-ways/1",
                     "oracle", oracle < 0 ? NULL : oracle_name((enum oracle)oracle), "count",
                     (int)ways->count, "plain", ways->plain, "all", ways->all, "within",
                     (int)ways->within, "looked", (json_int_t)ways->looked, "left",
                     (json_int_t)ways->left, "ways", list);
}
