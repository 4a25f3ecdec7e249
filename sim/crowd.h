/* Any number of guests that are alike: whether a violation is possible.
 *
 * The search finds a set of views (sim/view.h) which has all that two guests out of any number can
 * come to; it may have more.  Configurations of three guests are put together from them, whose
 * steps give new views, until there are none: view abstraction, docs/proof.md.  What no such
 * configuration violates is never violated, by however many guests.  What one does violate may or
 * may not be possible. */
#ifndef TAPWEAVE_SIM_CROWD_H
#define TAPWEAVE_SIM_CROWD_H

#include "sim/crowd_step.h"
#include "sim/oracle_set.h"
#include "sim/store.h"

/* Why a search has ended.  All but CLOSED decide nothing. */
enum crowd_end {
    CROWD_CLOSED, /* there are no more views */
    CROWD_MAX_STATES,
    CROWD_MAX_MEMORY,
    CROWD_STOPPED, /* by the caller's progress function */
    CROWD_LACKING, /* a view has too many names: there may be no end of them */
    CROWD_STRANGE, /* a view has what no view should have */
};

struct crowd_limits {
    uint64_t max_states; /* configurations; 0: as many as fit */
    size_t max_memory;   /* bytes */
    bool (*progress)(void *context, uint64_t views, uint64_t configurations); /* may be NULL; called
                             now and then; false stops the search */
    void *context;
};

enum { CROWD_NOBODY = UINT8_MAX };

/* Where a view has come from, or a violation: a configuration, and the actor that stepped there. */
struct crowd_origin {
    uint32_t configuration;
    uint8_t actor; /* its number; CROWD_NOBODY: none stepped */
    struct crowd_choice choice;
};

struct crowd {
    struct view_space space;
    const struct crowd_limits *limits; /* not owned */
    struct allowance allowance;
    struct store views, keys, configurations; /* of two guests, of one, and of three */
    struct store unsettled; /* views as steps have left them: of those nothing more is asked */
    struct crowd_view {
        struct crowd_origin origin;
        uint32_t key[VIEW_GUESTS];  /* what each of its members is alone */
        uint32_t next[VIEW_GUESTS]; /* 1 + 2 * the view + the member, of the same key; 0: none */
    } * view;                       /* by id, owned */
    uint64_t view_room;
    uint32_t *head; /* by key: the first of that key; owned */
    uint64_t head_room;
    uint32_t *parent; /* by configuration: the later of the views that it is put together from */
    uint64_t parent_room;
    struct orphans orphans;
    unsigned swept; /* so many of them have been offered to all configurations */
    bool ends;      /* some run may end */
    uint64_t steps;
    struct actor actor[MAX_ACTORS];
    unsigned actors;
    enum crowd_end end;
    oracle_set violated;
    oracle_set lasting; /* of these, of ORACLES_THAT_LAST: some last state violates it */
    bool left_behind;   /* stale-port is violated by what is left behind, and there is no origin */
    struct crowd_origin violation[ORACLE_COUNT]; /* of each of these, the first one found */
};

/* Searches.  `world` is one of which views are taken (view_refuses); `crowd` is to be given to
 * crowd_free whatever comes of it. */
enum crowd_end crowd_search(struct crowd *crowd, const struct world *world,
                            const struct crowd_limits *limits);
void crowd_free(struct crowd *crowd);

#define CROWD_NOT_FOUND UINT32_MAX

/* Stores the id of the view that two guests of the state have, or that of what three of them come
 * to; CROWD_NOT_FOUND if it is not among those found.  `world` and `bytes` are the state's: of a
 * world of views, or one like the world that was searched, with any number of guests. */
enum view_end crowd_find(const struct crowd *crowd, const struct world *world,
                         const struct view_bytes *bytes, const struct state *state,
                         const uint8_t *member, unsigned members, uint32_t *id);

/* One step of an abstract run, as it was taken. */
struct crowd_step {
    struct state before, after; /* of crowd->space.world */
    unsigned actor;             /* CROWD_NOBODY: none steps, and `after` is `before` */
    struct event event;
};

enum { CROWD_MAX_STEPS = 256 };

/* The steps that lead to a violation of the oracle, from the beginning; at most CROWD_MAX_STEPS,
 * the last ones.  Between two of them, one guest may have become another: only a view, of two
 * guests, is the same. */
unsigned crowd_trace(const struct crowd *crowd, enum oracle oracle,
                     struct crowd_step step[CROWD_MAX_STEPS]);

#endif
