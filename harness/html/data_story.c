/* A story as JSON: see data.h. */
#include "harness/html/data.h"

#include "harness/html/inventory.h"
#include "harness/output.h"

#include <stdlib.h>

enum { EXACT_BITS = 53 /* of a number in JavaScript */ };

json_t *
data_count(const mpz_t count)
{
    char *digits;
    json_t *json;

    if (mpz_sizeinbase(count, 2) <= EXACT_BITS) {
        return json_integer((json_int_t)mpz_get_ui(count));
    }
    digits = mpz_get_str(NULL, 10, count);
    json = json_string(digits);
    free(digits);
    return json;
}

static json_t *
share_text(struct shares *shares, const char *text)
{
    return shared_add(&shares->texts, json_string(text));
}

/* ---- steps ---- */

/* The things of an inventory, by their indexes. */
static json_t *
share_things(struct shares *shares, json_t *inventory)
{
    json_t *things = json_array(), *thing;
    size_t i;

    json_array_foreach(inventory, i, thing)
    {
        json_array_append_new(things, shared_add(&shares->things, json_incref(thing)));
    }
    json_decref(inventory);
    return things;
}

/* What is in `of`, and not in `others`. */
static json_t *
without(const json_t *of, const json_t *others)
{
    json_t *left = json_array(), *thing, *other;
    size_t i, j;

    json_array_foreach(of, i, thing)
    {
        bool there = false;

        json_array_foreach(others, j, other)
        {
            there = there || json_integer_value(thing) == json_integer_value(other);
        }
        if (!there) {
            json_array_append(left, thing);
        }
    }
    return left;
}

/* Walks along it once more, for what there is at each step. */
static json_t *
steps_json(const struct cell *cell, const struct stories *stories, const struct walk *told,
           struct shares *shares, json_t **begin)
{
    json_t *steps = json_array(), *before, *after;
    char name[WALK_ACTOR_SIZE];
    struct walk walk;

    walk_begin(&walk, cell->scenario, &stories->world);
    before =
        share_things(shares, inventory_take(walk.scenario, walk.world, &walk.state, &walk.lives));
    *begin = shared_add(&shares->begins, json_incref(before));
    for (unsigned i = 0; i < told->length; i++) {
        const struct walk_step *step = &told->step[i];

        walk_take(&walk, step->actor);
        after = share_things(shares,
                             inventory_take(walk.scenario, walk.world, &walk.state, &walk.lives));
        json_array_append_new(
            steps,
            shared_add(&shares->steps,
                       json_pack("[o, o, o, o, o]",
                                 share_text(shares, walk_actor_name(walk.scenario, walk.world,
                                                                    step->actor, name)),
                                 share_text(shares, step->text), share_text(shares, step->change),
                                 without(after, before), without(before, after))));
        json_decref(before);
        before = after;
    }
    json_decref(before);
    walk_free(&walk);
    return steps;
}

/* [[who, by which step], ...], of the story's oracle. */
static json_t *
victims_json(const struct story *story, struct shares *shares)
{
    const struct walk *walk = &story->walk;
    char whose[NARRATE_VICTIM_SIZE];
    json_t *victims = json_array();

    for (unsigned i = 0; i < walk->victims; i++) {
        const struct walk_victim *victim = &walk->victim[i];

        if (story->of.starving == NULL && victim->is.oracle == story->of.oracle) {
            narrate_victim(walk->scenario, walk->world, &victim->is, victim->life, whose);
            json_array_append_new(
                victims, json_pack("[o, i]", share_text(shares, whose), (int)victim->step));
        }
    }
    return victims;
}

/* ---- shares of runs ---- */

/* Behind what is there: how many runs go wrong, and of how many; or, where they need not end, 0:
 * none does, 1: some do, 2: all. */
static void
append_outlook(json_t *json, const struct explained *explained, const struct outlook *outlook)
{
    if (explained->counted) {
        json_array_append_new(json, data_count(outlook->bad));
        json_array_append_new(json, data_count(outlook->runs));
    } else {
        json_array_append_new(json, json_integer(outlook_is_lost(outlook)            ? 2
                                                 : (outlook->fate & FATE_WRONG) != 0 ? 1
                                                                                     : 0));
    }
}

/* After each number of steps, from 0 on. */
static json_t *
outlooks_json(const struct explained *explained)
{
    json_t *outlooks = json_array();

    for (unsigned i = 0; i <= explained->walk->length; i++) {
        append_outlook(outlooks, explained, &explained->outlook[i]);
    }
    return outlooks;
}

/* [[first, second, outlook], ...]: races whose order matters, and what comes of the other one. */
static json_t *
races_json(const struct explained *explained)
{
    json_t *races = json_array();

    for (unsigned i = 0; i < explained->races.count; i++) {
        const struct race *race = &explained->races.race[i];

        if (explained_matters(explained, i)) {
            json_t *json = json_pack("[i, i]", (int)race->first + 1, (int)race->second + 1);

            append_outlook(json, explained, explained_turned(explained, i));
            json_array_append_new(races, json);
        }
    }
    return races;
}

/* [actor, text], of what could have been done. */
static json_t *
choice_json(const struct explained *explained, const struct explained_choice *choice,
            struct shares *shares)
{
    const struct walk *walk = explained->walk;
    char name[WALK_ACTOR_SIZE];

    walk_actor_name(walk->scenario, walk->world, choice->actor, name);
    return json_pack("[o, o]", share_text(shares, name), share_text(shares, choice->text));
}

/* [[actor, text, outlook], ...]: what could have been done in place of the step from which on every
 * run goes wrong. */
static json_t *
choices_json(const struct explained *explained, struct shares *shares)
{
    json_t *choices = json_array();

    for (unsigned i = 0; i < explained->choices; i++) {
        const struct explained_choice *choice = &explained->choice[i];
        const struct outlook *outlook = &explained->outlook[choice->outlook];

        if (choice->step == explained->lost && !outlook_is_lost(outlook)) {
            json_t *json = choice_json(explained, choice, shares);

            append_outlook(json, explained, outlook);
            json_array_append_new(choices, json);
        }
    }
    return choices;
}

/* [[actor, text, step], ...]: what could have been done in place of steps, so that it could not go
 * wrong any more. */
static json_t *
ways_out_json(const struct explained *explained, struct shares *shares)
{
    json_t *ways = json_array();

    for (unsigned i = 0; i < explained->choices; i++) {
        const struct explained_choice *choice = &explained->choice[i];

        if (explained_is_way_out(explained, choice)) {
            json_t *json = choice_json(explained, choice, shares);

            json_array_append_new(json, json_integer(choice->step));
            json_array_append_new(ways, json);
        }
    }
    return ways;
}

/* What follows each other in a story that is explained. */
static void
append_explained(json_t *json, const struct story *story, struct shares *shares)
{
    const struct explained *explained = &story->explained;
    const bool lost = explained->lost <= story->walk.length;
    const unsigned opens = story_opens(story);

    json_array_append_new(json, outlooks_json(explained));
    json_array_append_new(json, lost ? json_integer((json_int_t)explained->lost) : json_null());
    json_array_append_new(json, opens > 0 ? json_integer((json_int_t)opens) : json_null());
    json_array_append_new(json, races_json(explained));
    json_array_append_new(json, choices_json(explained, shares));
    if (!explained->counted && !lost) {
        json_array_append_new(json, ways_out_json(explained, shares));
    }
}

json_t *
data_story(const struct cell *cell, const struct stories *stories, const struct story *story,
           struct shares *shares)
{
    json_t *begin, *steps = steps_json(cell, stories, &story->walk, shares, &begin);
    json_t *walk = json_pack("[o, o, o]", begin, steps, victims_json(story, shares));
    json_t *json = json_pack("[o]", shared_add(&shares->walks, walk));

    if (stories->explained) {
        append_explained(json, story, shares);
    }
    return json;
}
