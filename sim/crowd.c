/* Any number of guests: see crowd.h. */
#include "sim/crowd.h"

#include "sim/crowd_step.h"
#include "sim/initial.h"
#include "sim/view_join.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static bool
stop(struct crowd *crowd, enum crowd_end end)
{
    crowd->end = end;
    return false;
}

/* A bound of views. */
static bool
see(struct crowd *crowd, enum view_end end)
{
    return end == VIEW_SEEN || stop(crowd, end == VIEW_LACKING ? CROWD_LACKING : CROWD_STRANGE);
}

static bool
note(struct crowd *crowd, oracle_set violated, struct crowd_origin origin)
{
    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if ((violated & ~crowd->violated & ORACLE_BIT(oracle)) != 0) {
            crowd->violation[oracle] = origin;
        }
    }
    crowd->violated |= violated;
    return true;
}

/* ---- views ---- */

/* The id of what one of the view's members is alone.  False at a bound. */
static bool
find_key(struct crowd *crowd, const struct view_scene *scene, uint8_t member, uint32_t *key)
{
    uint64_t packed[LAYOUT_MAX_WORDS];
    struct state alone;
    uint32_t *head;
    int added;

    if (!see(crowd, view_project(&crowd->space, scene, &member, 1, &alone))) {
        return false;
    }
    view_settle(&crowd->space, 1, &alone, packed);
    added = store_add(&crowd->keys, packed, key);
    head = allowance_grow(&crowd->allowance, crowd->head, &crowd->head_room, crowd->keys.states + 1,
                          sizeof *head);
    crowd->head = head == NULL ? crowd->head : head; /* it may have moved */
    if (added == STORE_FULL || head == NULL) {
        return stop(crowd, CROWD_MAX_MEMORY);
    }
    if (added == STORE_NEW) {
        head[*key] = 0;
    }
    return true;
}

/* Adds the view, if it is new. */
static bool
add_view(struct crowd *crowd, struct state *view, struct crowd_origin origin)
{
    const struct view_space *space = &crowd->space;
    uint64_t packed[LAYOUT_MAX_WORDS];
    struct crowd_view *grown;
    struct view_scene scene;
    uint32_t id;
    int added;

    layout_pack(&space->layout, view, packed);
    added = store_add(&crowd->unsettled, packed, &id);
    if (added == STORE_OLD) {
        return true;
    }
    if (added == STORE_FULL) {
        return stop(crowd, CROWD_MAX_MEMORY);
    }
    view_settle(&crowd->space, VIEW_GUESTS, view, packed);
    added = store_add(&crowd->views, packed, &id);
    if (added == STORE_OLD) {
        return true;
    }
    grown = allowance_grow(&crowd->allowance, crowd->view, &crowd->view_room,
                           crowd->views.states + 1, sizeof *grown);
    crowd->view = grown == NULL ? crowd->view : grown; /* it may have moved */
    if (added == STORE_FULL || grown == NULL) {
        return stop(crowd, CROWD_MAX_MEMORY);
    }
    grown[id] = (struct crowd_view){.origin = origin};
    if (!see(crowd, view_look(&scene, &space->world, &space->bytes, view))) {
        return false;
    }
    for (unsigned member = 0; member < VIEW_GUESTS; member++) {
        uint32_t key;

        if (!find_key(crowd, &scene, (uint8_t)member, &key)) {
            return false;
        }
        grown[id].key[member] = key;
        grown[id].next[member] = crowd->head[key];
        crowd->head[key] = 1 + VIEW_GUESTS * id + member;
    }
    return true;
}

/* Adds what each two of the three see. */
static bool
add_views(struct crowd *crowd, const struct state *state, struct crowd_origin origin)
{
    static const uint8_t pairs[][VIEW_GUESTS] = {{0, 1}, {0, 2}, {1, 2}};
    const struct view_space *space = &crowd->space;
    struct view_scene scene;

    if (!see(crowd, view_look(&scene, &space->world, &space->bytes, state))) {
        return false;
    }
    for (unsigned i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct state view;

        if (!see(crowd, view_project(space, &scene, pairs[i], VIEW_GUESTS, &view)) ||
            !add_view(crowd, &view, origin)) {
            return false;
        }
    }
    return true;
}

/* ---- configurations ---- */

/* Takes all steps of the actor's from the configuration, one for each name that it may take.
 * `orphans`: only those that take a name under which something is left behind. */
static bool
step(struct crowd *crowd, const struct state *state, uint32_t id, unsigned number, bool orphans)
{
    const struct view_space *space = &crowd->space;
    struct crowd_choice choices[CROWD_CHOICES];
    bool lacking = false;
    unsigned count =
        crowd_choices(space, &crowd->orphans, state, crowd->actor[number], choices, &lacking);

    for (unsigned i = 0; i < count; i++) {
        struct crowd_origin origin = {id, (uint8_t)number, choices[i]};
        struct state before = *state, next;

        if (orphans && choices[i].orphan == 0) {
            continue;
        }
        crowd->steps++;
        note(crowd,
             crowd_take_step(space, &crowd->orphans, &before, crowd->actor[number], choices[i],
                             &next, NULL),
             origin);
        if (!add_views(crowd, &next, origin)) {
            return false;
        }
        if (!orphans_add(&crowd->orphans, space, &space->world, &space->bytes, &next)) {
            return stop(crowd, CROWD_LACKING);
        }
    }
    return !lacking || stop(crowd, CROWD_LACKING);
}

static bool
take_steps(struct crowd *crowd, const struct state *state, uint32_t id, bool orphans)
{
    for (unsigned number = 0; number < crowd->actors; number++) {
        if (actor_may_step(&crowd->space.world, state, crowd->actor[number]) &&
            !step(crowd, state, id, number, orphans)) {
            return false;
        }
    }
    return true;
}

static void
judge(struct crowd *crowd, const struct state *state, struct crowd_origin origin)
{
    oracle_set violated = crowd_judge(&crowd->space, state);

    if (crowd_may_end(&crowd->space, state)) {
        crowd->ends = true;
        crowd->lasting |= violated & ORACLES_THAT_LAST;
        violated |= crowd_judge_end(&crowd->space, state);
    }
    note(crowd, violated, origin);
}

/* Judges a configuration that is new, and takes all its steps.  `parent`: a view. */
static bool
visit(struct crowd *crowd, struct state *state, uint32_t parent)
{
    uint64_t packed[LAYOUT_MAX_WORDS];
    struct crowd_origin origin = {.actor = CROWD_NOBODY};
    uint32_t id, *grown;
    int added;

    view_settle(&crowd->space, VIEW_MEMBERS, state, packed);
    added = store_add(&crowd->configurations, packed, &id);
    if (added == STORE_OLD) {
        return true;
    }
    grown = allowance_grow(&crowd->allowance, crowd->parent, &crowd->parent_room,
                           crowd->configurations.states + 1, sizeof *grown);
    crowd->parent = grown == NULL ? crowd->parent : grown; /* it may have moved */
    if (added == STORE_FULL || grown == NULL) {
        return stop(crowd, CROWD_MAX_MEMORY);
    }
    grown[id] = parent;
    if (crowd->limits->max_states != 0 &&
        crowd->configurations.states > crowd->limits->max_states) {
        return stop(crowd, CROWD_MAX_STATES);
    }
    origin.configuration = id;
    judge(crowd, state, origin);
    if (!take_steps(crowd, state, id, false)) {
        return false;
    }
    if (id % 64 == 63 && crowd->limits->progress != NULL &&
        !crowd->limits->progress(crowd->limits->context, crowd->views.states,
                                 crowd->configurations.states)) {
        return stop(crowd, CROWD_STOPPED);
    }
    return true;
}

/* ---- the search ---- */

/* Of a join: the view that is at hand. */
struct joining {
    struct crowd *crowd;
    uint32_t view;
};

/* A configuration whose first two views have been found.  If the third one has not, or its turn is
 * to come, so is that of the configuration. */
static bool
take(void *context, const struct state *joined)
{
    static const uint8_t others[VIEW_GUESTS] = {1, 2};
    const struct joining *joining = context;
    struct crowd *crowd = joining->crowd;
    struct state state = *joined;
    uint32_t id;

    return see(crowd, crowd_find(crowd, &crowd->space.world, &crowd->space.bytes, joined, others,
                                 VIEW_GUESTS, &id)) &&
           (id > joining->view || visit(crowd, &state, joining->view));
}

/* Projects the view itself: a member alone, or both in another order. */
static bool
look_at(struct crowd *crowd, uint32_t id, const uint8_t *member, unsigned members,
        struct state *seen)
{
    const struct view_space *space = &crowd->space;
    struct view_scene scene;
    struct state view;

    layout_unpack(&space->layout, store_get(&crowd->views, id), &view);
    return see(crowd, view_look(&scene, &space->world, &space->bytes, &view)) &&
           see(crowd, view_project(space, &scene, member, members, seen));
}

/* Puts the view together with each that has been found before it, and with itself, in which its
 * first member is: so each configuration is found from the latest of its views. */
static bool
join_all(struct crowd *crowd, uint32_t id)
{
    static const uint8_t order[][VIEW_GUESTS] = {{0, 1}, {1, 0}};
    struct joining joining = {crowd, id};
    uint32_t at = crowd->head[crowd->view[id].key[0]];
    struct state one, other;

    if (!look_at(crowd, id, order[0], VIEW_GUESTS, &one)) {
        return false;
    }
    for (; at != 0; at = crowd->view[(at - 1) / VIEW_GUESTS].next[(at - 1) % VIEW_GUESTS]) {
        const uint32_t with = (at - 1) / VIEW_GUESTS;
        bool lacking = false;

        if (with > id) {
            continue; /* its turn is to come */
        }
        if (!look_at(crowd, with, order[(at - 1) % VIEW_GUESTS], VIEW_GUESTS, &other) ||
            !view_join(&crowd->space, &one, &other, take, &joining, &lacking)) {
            return lacking ? stop(crowd, CROWD_LACKING) : false;
        }
    }
    return true;
}

static bool
begin(struct crowd *crowd)
{
    static const uint8_t all[VIEW_MEMBERS] = {0, 1, 2};
    const struct view_space *space = &crowd->space;
    const struct crowd_origin none = {.actor = CROWD_NOBODY};
    struct state state, view;
    struct view_scene scene;
    uint8_t conflict = initial_state(&space->world, &state);

    assert(conflict == IFNAME_NONE);
    (void)conflict;
    return see(crowd, view_look(&scene, &space->world, &space->bytes, &state)) &&
           see(crowd, view_project(space, &scene, all, VIEW_MEMBERS, &view)) &&
           add_views(crowd, &view, none) && visit(crowd, &view, 0);
}

/* What has been left behind since a configuration was visited may be there all the same. */
static bool
sweep(struct crowd *crowd)
{
    unsigned orphans = crowd->orphans.count;

    for (uint32_t id = 0; id < crowd->configurations.states; id++) {
        struct state state;

        layout_unpack(&crowd->space.layout, store_get(&crowd->configurations, id), &state);
        if (!take_steps(crowd, &state, id, true)) {
            return false;
        }
    }
    crowd->swept = orphans;
    return true;
}

/* A row that is left behind is there still when a run ends. */
static void
judge_orphans(struct crowd *crowd)
{
    for (unsigned i = 0; i < crowd->orphans.count && crowd->ends; i++) {
        if (orphan_has_row(&crowd->space, &crowd->orphans.orphan[i])) {
            crowd->left_behind = (crowd->violated & ORACLE_BIT(ORACLE_STALE_PORT)) == 0;
            crowd->violated |= ORACLE_BIT(ORACLE_STALE_PORT);
        }
    }
}

enum crowd_end
crowd_search(struct crowd *crowd, const struct world *world, const struct crowd_limits *limits)
{
    bool goes_on;

    *crowd = (struct crowd){.limits = limits, .allowance = {limits->max_memory}};
    view_open(&crowd->space, world);
    crowd->actors = actor_all(&crowd->space.world, crowd->actor);
    store_open(&crowd->views, &crowd->allowance, crowd->space.layout.words);
    store_open(&crowd->unsettled, &crowd->allowance, crowd->space.layout.words);
    store_open(&crowd->keys, &crowd->allowance, crowd->space.layout.words);
    store_open(&crowd->configurations, &crowd->allowance, crowd->space.layout.words);
    goes_on = begin(crowd);
    for (uint32_t id = 0;
         goes_on && (id < crowd->views.states || crowd->swept < crowd->orphans.count);) {
        goes_on = id < crowd->views.states ? join_all(crowd, id++) : sweep(crowd);
    }
    judge_orphans(crowd);
    return crowd->end;
}

void
crowd_free(struct crowd *crowd)
{
    store_close(&crowd->views);
    store_close(&crowd->unsettled);
    store_close(&crowd->keys);
    store_close(&crowd->configurations);
    free(crowd->view);
    free(crowd->head);
    free(crowd->parent);
}
