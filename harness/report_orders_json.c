/* Orders of milestones as JSON: see orders.h and docs/formats.md. */
#include "harness/orders.h"

#include <stdlib.h>

/* {"milestone", "guest"} or {"actor"}. */
static json_t *
milestone_json(const struct scenario *scenario, const struct world *world, milestone number)
{
    const struct milestone_is is = milestone_is(number);
    char name[WALK_ACTOR_SIZE];

    if (is.stage != STAGE_NONE) {
        return json_pack("{s:s, s:s, s:s}", "guest", scenario->guest[is.actor.index].name, "stage",
                         stage_name(is.stage), "at", is.ends ? "end" : "beginning");
    }
    for (unsigned i = 0; i < actor_count(world); i++) {
        const struct actor actor = actor_at(world, i);

        if (actor.kind == is.actor.kind && actor.index == is.actor.index) {
            return json_pack("{s:s}", "actor", walk_actor_name(scenario, world, i, name));
        }
    }
    return json_pack("{s:s}", "actor", actor_kind_name(is.actor.kind));
}

/* {"runs", "bad", "schedule"}; the schedule is of the run that is to show. */
static json_t *
runs_json(const struct cell *cell, const struct course_runs *runs)
{
    char *all = mpz_get_str(NULL, 10, runs->runs), *bad = mpz_get_str(NULL, 10, runs->bad);
    json_t *schedule = runs->schedule == NULL ? json_null() : json_array(), *json;
    char name[WALK_ACTOR_SIZE];

    for (unsigned i = 0; i < runs->length && runs->schedule != NULL; i++) {
        json_array_append_new(schedule, json_string(walk_actor_name(cell->scenario, &cell->world,
                                                                    runs->schedule[i], name)));
    }
    json = json_pack("{s:s, s:s, s:o}", "runs", all, "bad", bad, "schedule", schedule);
    free(all);
    free(bad);
    return json;
}

static json_t *
order_json(const struct orders *orders, const struct order_shown *order)
{
    json_t *milestones = json_array();

    for (unsigned i = 0; i < order->milestones.count; i++) {
        json_array_append_new(milestones,
                              milestone_json(orders->compared.now->scenario, &orders->cell[0].world,
                                             order->milestones.milestone[i]));
    }
    return json_pack("{s:o, s:o, s:o}", "milestones", milestones, "old",
                     runs_json(&orders->cell[0], &order->before), "new",
                     runs_json(&orders->cell[1], &order->now));
}

static json_t *
oracle_json(const struct orders *orders, const struct orders_of *by)
{
    static const char *const keys[CLASS_KINDS] = {
        [CLASS_MENDED] = "became-good", [CLASS_GONE] = "gone",         [CLASS_STILL] = "still-bad",
        [CLASS_SPOILT] = "became-bad",  [CLASS_NEW] = "new",           [CLASS_FINE] = "good",
        [CLASS_FINE_OLD] = "good-gone", [CLASS_FINE_NEW] = "good-new",
    };
    json_t *json =
        json_pack("{s:s, s:b}", "oracle", oracle_name(by->of.oracle), "lasting", by->of.lasting);

    for (enum class_kind kind = 0; kind < CLASS_KINDS; kind++) {
        json_t *shown = json_array();
        char count[32];

        snprintf(count, sizeof count, "%llu", (unsigned long long)by->count[kind]);
        for (unsigned i = 0; i < by->orders[kind]; i++) {
            json_array_append_new(shown, order_json(orders, &by->order[kind][i]));
        }
        json_object_set_new(
            json, keys[kind],
            json_pack("{s:o, s:o}", "count",
                      by->count[kind] == UINT64_MAX ? json_null() : json_string(count), "shown",
                      shown));
    }
    return json;
}

json_t *
orders_json(const struct orders *orders)
{
    json_t *by = json_array();

    for (unsigned i = 0; i < orders->count && orders->unknown == NULL; i++) {
        json_array_append_new(by, oracle_json(orders, &orders->by[i]));
    }
    return json_pack("{s:s?, s:o}", "unknown", orders->unknown, "by", by);
}
