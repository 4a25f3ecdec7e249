/* Schedules that a record allows: see fit.h. */
#include "sim/fit.h"

#include "sim/actor.h"
#include "sim/initial.h"
#include "sim/layout.h"
#include "sim/spare.h"
#include "sim/store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { PROGRESS_EVERY = 64, A_SECOND = 1000 };

/* How far the record has happened: with a state, what the search tells apart. */
struct mark {
    uint8_t at[FIT_SOURCES]; /* the next event of each source */
    bool seen;               /* something has been violated that is judged */
    int64_t ticked;          /* the clock may next step then; 0: at any time */
};

_Static_assert(FIT_MOST_EVENTS <= UINT8_MAX, "a byte for each source");

/* How the search has come to a state. */
struct origin {
    uint32_t from;
    uint8_t actor;
};

struct fitting {
    struct world world;
    const struct fit_record *record;
    const struct explore_limits *limits;
    struct fit *fit;
    struct layout layout;
    struct spare spare;
    struct allowance allowance;
    struct store store;
    struct origin *origin; /* by id */
    uint64_t capacity;     /* of origin[] */
    struct actor actor[MAX_ACTORS];
    unsigned actors;
    uint32_t best; /* the first state of fit->grade */
};

/* ---- the record ---- */

static enum fit_source
source_of(enum fit_kind kind)
{
    return kind == FIT_ROW || kind == FIT_ROW_GONE || kind == FIT_TAG ? FIT_OVSDB : FIT_KERNEL;
}

static const struct fit_event *
event_at(const struct fit_record *record, enum fit_source source, unsigned at)
{
    return at < record->count[source] ? &record->event[source][at] : NULL;
}

/* The next event is this one, and may happen now: what has to have happened before it has. */
static bool
take(const struct fit_record *record, struct mark *mark, const struct fit_event *change)
{
    const enum fit_source source = source_of(change->kind), other = FIT_SOURCES - 1 - source;
    const struct fit_event *event = event_at(record, source, mark->at[source]);
    const struct fit_event *before = event_at(record, other, mark->at[other]);

    if (event == NULL || event->kind != change->kind || event->name != change->name) {
        return false;
    }
    if (event->vlan != change->vlan && event->vlan != FIT_ANY_VLAN &&
        (change->kind == FIT_ROW || change->kind == FIT_TAG)) {
        return false;
    }
    if (before != NULL && before->at + record->apart < event->at) {
        return false;
    }
    if (mark->ticked - A_SECOND > event->at + record->apart) {
        return false; /* the clock has stepped more often than seconds have passed */
    }
    mark->at[source]++;
    return true;
}

/* What a step has done to devices and rows, as events. */
struct changes {
    unsigned count;
    struct fit_event event[4 * IFNAME_MAX_NAMES];
};

static void
note_change(struct changes *changes, bool is, enum fit_kind kind, uint8_t name, uint8_t vlan)
{
    if (is) {
        changes->event[changes->count++] = (struct fit_event){kind, name, vlan, 0};
    }
}

static void
note_changes(struct changes *changes, const struct network *before, const struct network *after,
             uint8_t name)
{
    const bool had = before->device[name].kind != DEVICE_NONE;
    const bool has = after->device[name].kind != DEVICE_NONE;
    const bool lives = had && has;
    const uint8_t was = before->device[name].master, now = after->device[name].master;
    const struct row *old = &before->row[name], *new = &after->row[name];
    const bool deleted = old->bridge != 0 && (new->bridge == 0 || new->uuid != old->uuid);
    const bool inserted = new->bridge != 0 && (old->bridge == 0 || new->uuid != old->uuid);
    const bool tagged = !inserted && new->bridge != 0 && new->vlan != old->vlan;

    note_change(changes, had && !has, FIT_DEVICE_GONE, name, FIT_ANY_VLAN);
    note_change(changes, !had && has, FIT_DEVICE, name, FIT_ANY_VLAN);
    note_change(changes, lives && now != 0 && now != was, FIT_JOIN, name, FIT_ANY_VLAN);
    note_change(changes, lives && now == 0 && was != 0, FIT_LEAVE, name, FIT_ANY_VLAN);
    note_change(changes, deleted, FIT_ROW_GONE, name, FIT_ANY_VLAN);
    note_change(changes, inserted, FIT_ROW, name, new->vlan);
    note_change(changes, tagged, FIT_TAG, name, new->vlan);
}

/* What a step has done to devices and rows is what the record has next.  Several devices that go in
 * one step may have gone in any order; a row is deleted before another one of its name comes. */
static bool
take_changes(const struct fitting *fitting, const struct state *before, const struct state *after,
             struct mark *mark)
{
    struct changes changes = {.count = 0};

    for (uint8_t name = 1; name <= fitting->world.names.names; name++) {
        note_changes(&changes, &before->network, &after->network, name);
    }
    for (unsigned at = 0; at < changes.count;) {
        const struct fit_event *change = &changes.event[at];
        const bool waits = at > 0 && change[-1].name == change->name &&
                           source_of(change[-1].kind) == source_of(change->kind);

        if (waits || !take(fitting->record, mark, change)) {
            at++;
            continue;
        }
        changes.count--;
        memmove(&changes.event[at], &changes.event[at + 1],
                (changes.count - at) * sizeof *changes.event);
        at = 0;
    }
    return changes.count == 0;
}

/* The clock steps, as soon as it may: a second behind its last step, and not before what has
 * happened. */
static void
take_tick(const struct fit_record *record, struct mark *mark)
{
    for (enum fit_source source = 0; source < FIT_SOURCES; source++) {
        if (mark->at[source] > 0) {
            const int64_t since = record->event[source][mark->at[source] - 1].at - record->apart;

            mark->ticked = since > mark->ticked ? since : mark->ticked;
        }
    }
    mark->ticked += A_SECOND;
}

enum fit_source
fit_next(const struct fit_record *record, const unsigned at[FIT_SOURCES])
{
    const struct fit_event *device = event_at(record, FIT_KERNEL, at[FIT_KERNEL]);
    const struct fit_event *row = event_at(record, FIT_OVSDB, at[FIT_OVSDB]);

    if (device == NULL || row == NULL) {
        return device != NULL ? FIT_KERNEL : row != NULL ? FIT_OVSDB : FIT_SOURCES;
    }
    return row->at < device->at ? FIT_OVSDB : FIT_KERNEL;
}

/* ---- states ---- */

static uint64_t
pack_mark(const struct mark *mark)
{
    return mark->at[FIT_KERNEL] | (uint64_t)mark->at[FIT_OVSDB] << 8 | (uint64_t)mark->seen << 16 |
           (uint64_t)mark->ticked << 17;
}

static struct mark
unpack_mark(uint64_t packed)
{
    return (struct mark){.at = {(uint8_t)packed, (uint8_t)(packed >> 8)},
                         .seen = (packed >> 16 & 1) != 0,
                         .ticked = (int64_t)(packed >> 17)};
}

/* Adds a state, if it is new.  False at a bound. */
static bool
add(struct fitting *fitting, const struct state *state, const struct mark *mark, uint32_t from,
    uint8_t actor)
{
    uint64_t packed[LAYOUT_MAX_WORDS + 1];
    struct origin *grown;
    uint32_t id;
    int added;

    assert(layout_fits(&fitting->layout, state));
    layout_pack(&fitting->layout, state, packed);
    packed[fitting->layout.words] = pack_mark(mark);
    added = store_add(&fitting->store, packed, &id);
    if (added != STORE_NEW) {
        fitting->fit->end = added == STORE_FULL ? FIT_MEMORY : fitting->fit->end;
        return added == STORE_OLD;
    }
    grown = allowance_grow(&fitting->allowance, fitting->origin, &fitting->capacity, id + 1u,
                           sizeof *grown);
    if (grown == NULL) {
        fitting->fit->end = FIT_MEMORY;
        return false;
    }
    fitting->origin = grown;
    grown[id] = (struct origin){from, actor};
    fitting->fit->lacking = spare_lacking(&fitting->spare, &fitting->world, state);
    if (fitting->fit->lacking >= 0) {
        fitting->fit->end = FIT_LACKING;
        return false;
    }
    if (fitting->limits->max_states != 0 && fitting->store.states > fitting->limits->max_states) {
        fitting->fit->end = FIT_STATES;
        return false;
    }
    return true;
}

/* Takes an actor's step, and adds what it leads to, if the record allows that.  False at a
 * bound. */
static bool
step(struct fitting *fitting, const struct state *state, struct mark mark, uint32_t from,
     unsigned number)
{
    struct state after = *state;
    struct event event;
    oracle_set violated = actor_take_step(&fitting->world, &after, fitting->actor[number], &event);

    if (!take_changes(fitting, state, &after, &mark)) {
        return true;
    }
    if (event.kind == EVENT_TICK) {
        take_tick(fitting->record, &mark);
    }
    violated |= oracle_judge_state(&fitting->world, &after);
    mark.seen = mark.seen || (violated & fitting->record->judged) != 0;
    return add(fitting, &after, &mark, from, (uint8_t)number);
}

/* Notes how well it fits to end with this state. */
static void
grade(struct fitting *fitting, const struct state *state, const struct mark *mark, uint32_t id,
      bool rests)
{
    const struct fit_record *record = fitting->record;
    struct fit *fit = fitting->fit;
    const unsigned reached = mark->at[FIT_KERNEL] + mark->at[FIT_OVSDB];
    const unsigned most = fit->at[FIT_KERNEL] + fit->at[FIT_OVSDB];
    enum fit_grade found = FIT_PART;

    if (reached > most || (reached == most && mark->at[FIT_KERNEL] > fit->at[FIT_KERNEL])) {
        fit->at[FIT_KERNEL] = mark->at[FIT_KERNEL];
        fit->at[FIT_OVSDB] = mark->at[FIT_OVSDB];
    }
    if (reached == record->count[FIT_KERNEL] + record->count[FIT_OVSDB]) {
        const bool seen =
            mark->seen ||
            (rests && (oracle_judge_end(&fitting->world, state) & record->judged) != 0);

        found = !rests ? FIT_ALL : seen == record->wrong ? FIT_SHOWN : FIT_REST;
    }
    if (found > fit->grade) {
        fit->grade = found;
        fitting->best = id;
    }
}

/* Takes every step from a state.  False at a bound. */
static bool
expand(struct fitting *fitting, uint32_t id)
{
    const uint64_t *packed = store_get(&fitting->store, id);
    const struct mark mark = unpack_mark(packed[fitting->layout.words]);
    struct state state;
    bool rests = true, goes_on = true;

    layout_unpack(&fitting->layout, packed, &state);
    for (unsigned number = 0; number < fitting->actors && goes_on; number++) {
        if (actor_may_step(&fitting->world, &state, fitting->actor[number])) {
            rests = false;
            goes_on = step(fitting, &state, mark, id, number);
        }
    }
    grade(fitting, &state, &mark, id, rests);
    return goes_on;
}

/* ---- the search ---- */

static bool
begin(struct fitting *fitting)
{
    struct mark mark = {0};
    struct state state;
    const uint8_t conflict = initial_state(&fitting->world, &state);

    assert(conflict == IFNAME_NONE);
    (void)conflict;
    mark.seen = (oracle_judge_state(&fitting->world, &state) & fitting->record->judged) != 0;
    return add(fitting, &state, &mark, 0, 0);
}

static bool
goes_on(const struct fitting *fitting, uint64_t expanded)
{
    const struct explore_limits *limits = fitting->limits;
    const struct explore_progress progress = {.states = fitting->store.states,
                                              .kept = fitting->store.states,
                                              .waiting = fitting->store.states - expanded};

    return limits->progress == NULL || expanded % PROGRESS_EVERY != 0 ||
           limits->progress(limits->context, &progress);
}

/* Writes the schedule that leads to the best state. */
static void
write_schedule(const struct fitting *fitting)
{
    struct fit *fit = fitting->fit;

    for (uint32_t id = fitting->best; id != 0; id = fitting->origin[id].from) {
        fit->length++;
    }
    fit->schedule = malloc(fit->length + 1u);
    if (fit->schedule == NULL) {
        fit->end = FIT_MEMORY;
        fit->grade = FIT_PART;
        fit->length = 0;
        return;
    }
    for (uint32_t id = fitting->best, at = fit->length; id != 0; id = fitting->origin[id].from) {
        fit->schedule[--at] = fitting->origin[id].actor;
    }
}

void
fit_find(const struct world *world, const struct fit_record *record,
         const struct explore_limits *limits, struct fit *fit)
{
    struct fitting fitting = {.world = *world,
                              .record = record,
                              .limits = limits,
                              .fit = fit,
                              .allowance = {limits->max_memory}};

    assert(record->count[FIT_KERNEL] <= FIT_MOST_EVENTS);
    assert(record->count[FIT_OVSDB] <= FIT_MOST_EVENTS);
    *fit = (struct fit){.end = FIT_COMPLETE, .lacking = -1};
    world_prepare(&fitting.world);
    layout_make(&fitting.layout, &fitting.world);
    spare_open(&fitting.spare, &fitting.world);
    fitting.actors = actor_all(&fitting.world, fitting.actor);
    store_open(&fitting.store, &fitting.allowance, fitting.layout.words + 1);
    if (begin(&fitting)) {
        for (uint32_t id = 0; id < fitting.store.states && fit->grade < FIT_SHOWN; id++) {
            if (!goes_on(&fitting, id)) {
                fit->end = FIT_STOPPED;
                break;
            }
            if (!expand(&fitting, id)) {
                break;
            }
        }
    }
    fit->end = fit->grade == FIT_SHOWN ? FIT_COMPLETE : fit->end;
    fit->states = fitting.store.states;
    if (fit->grade > FIT_PART) {
        write_schedule(&fitting);
    }
    store_close(&fitting.store);
    free(fitting.origin);
}

void
fit_free(struct fit *fit)
{
    free(fit->schedule);
    fit->schedule = NULL;
}
