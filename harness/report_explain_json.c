/* An explanation as JSON: see explained.h and docs/formats.md. */
#include "harness/explained.h"

#include "harness/daemons.h"
#include "harness/output.h"
#include "harness/report.h"
#include "harness/trace.h"

#include <stdlib.h>

/* {"runs", "bad"}: decimal strings; or {"wrong"} where runs are not counted. */
static json_t *
outlook_json(const struct explained *explained, const struct outlook *outlook)
{
    char *runs, *bad;
    json_t *json;

    if (!explained->counted) {
        return json_pack("{s:s}", "wrong", outlook_word(outlook));
    }
    runs = mpz_get_str(NULL, 10, outlook->runs);
    bad = mpz_get_str(NULL, 10, outlook->bad);
    json = json_pack("{s:s, s:s}", "runs", runs, "bad", bad);
    free(runs);
    free(bad);
    return json;
}

/* What could have been done in place of a step, from 1. */
static json_t *
choices_json(const struct explained *explained, unsigned step)
{
    const struct walk *walk = explained->walk;
    json_t *choices = json_array();
    char name[WALK_ACTOR_SIZE];

    for (unsigned i = 0; i < explained->choices; i++) {
        const struct explained_choice *choice = &explained->choice[i];

        if (choice->step == step) {
            json_t *json =
                json_pack("{s:s, s:s}", "actor",
                          walk_actor_name(walk->scenario, walk->world, choice->actor, name), "text",
                          choice->text);

            json_object_update_new(json,
                                   outlook_json(explained, &explained->outlook[choice->outlook]));
            json_array_append_new(choices, json);
        }
    }
    return choices;
}

/* After a race the other way round: what comes of it, and the schedule; null if that cannot be. */
static json_t *
turned_json(const struct explained *explained, unsigned number)
{
    const struct race *race = &explained->races.race[number];
    const struct outlook *turned = explained_turned(explained, number);
    json_t *json, *schedule = json_array();
    char name[WALK_ACTOR_SIZE];

    if (turned == NULL) {
        json_decref(schedule);
        return json_null();
    }
    for (unsigned step = 0; step < race->length; step++) {
        json_array_append_new(
            schedule, json_string(walk_actor_name(explained->walk->scenario, explained->walk->world,
                                                  race->other[step], name)));
    }
    json = outlook_json(explained, turned);
    json_object_set_new(json, "schedule", schedule);
    return json;
}

static json_t *
races_json(const struct explained *explained)
{
    json_t *races = json_array();

    for (unsigned i = 0; i < explained->races.count; i++) {
        const struct race *race = &explained->races.race[i];

        json_array_append_new(
            races, json_pack("{s:i, s:i, s:b, s:o}", "first", (int)race->first + 1, "second",
                             (int)race->second + 1, "matters", explained_matters(explained, i),
                             "turned", turned_json(explained, i)));
    }
    return races;
}

json_t *
explained_json(const struct explained *explained)
{
    const struct walk *walk = explained->walk;
    const struct fairness *starving = explained->of.starving;
    json_t *trace =
        trace_json(walk, explained->policy, starving != NULL ? -1 : (int)explained->of.oracle);
    json_t *steps = json_object_get(trace, "steps");

    for (unsigned i = 0; i < walk->length; i++) {
        json_t *step = json_array_get(steps, i);

        json_object_set_new(step, "text", json_string(walk->step[i].text));
        json_object_update_new(step, outlook_json(explained, &explained->outlook[i + 1]));
        json_object_set_new(step, "instead", choices_json(explained, i + 1));
    }
    json_object_set_new(trace, "schema", json_string("tapweave-explain/1"));
    json_object_set_new(trace, "lasting", json_boolean(explained->of.lasting));
    json_object_set_new(trace, "before", outlook_json(explained, &explained->outlook[0]));
    json_object_set_new(trace, "lost",
                        explained->lost <= walk->length ? json_integer((json_int_t)explained->lost)
                                                        : json_null());
    json_object_set_new(trace, "races", races_json(explained));
    if (starving != NULL) {
        char command[REPORT_NAME_SIZE];

        report_starving(walk->scenario, starving, command);
        json_object_set_new(trace, "command", json_string(command));
        json_object_set_new(trace, "loop", json_integer(starving->trip.loop));
    }
    return trace;
}
