/* Runs of one scenario under an old and a new policy, in classes: a class has all runs, of either,
 * with the same milestones in the same order. */
#ifndef TAPWEAVE_SIM_COURSE_CLASS_H
#define TAPWEAVE_SIM_COURSE_CLASS_H

#include "sim/course_set.h"
#include "sim/verdict.h"

/* What has become of a class. */
enum class_kind {
    CLASS_MENDED,   /* some run went wrong, and now there are runs, and none does */
    CLASS_GONE,     /* some run went wrong, and now there is no run */
    CLASS_STILL,    /* some run went wrong, and some does now */
    CLASS_SPOILT,   /* there were runs, and none went wrong; and some does now */
    CLASS_NEW,      /* there was no run; and some goes wrong now */
    CLASS_FINE,     /* there were runs, and there are, and none goes wrong */
    CLASS_FINE_OLD, /* there were runs, none of which went wrong, and there is none now */
    CLASS_FINE_NEW, /* there was none, and now there are runs, none of which goes wrong */
    CLASS_KINDS,
};

/* Of a pair of sets: runs that have had the same milestones so far. */
struct class_pair {
    uint32_t before, now; /* sets */
    uint32_t moves;
    uint64_t first_move;            /* in classes.move: targets are pairs */
    uint64_t count[CLASS_KINDS];    /* of the classes that begin so; UINT64_MAX: or more */
    uint16_t shortest[CLASS_KINDS]; /* milestones that are to come, of such a class at the least */
};

enum { CLASS_NO_SHORTEST = UINT16_MAX };

struct classes {
    struct course_sets before, now;
    struct allowance *allowance;
    struct class_pair *pair; /* the first one is where runs begin */
    uint64_t pairs, pair_capacity;
    struct course_move *move;
    uint64_t moves, move_capacity;
};

/* Puts all runs into classes.  To be given to classes_close in any case. */
enum course_error classes_open(struct classes *classes, const struct courses *before,
                               const struct graph *graph_before, const struct courses *now,
                               const struct graph *graph_now, struct course_of of,
                               struct allowance *allowance, bool (*go_on)(void *context),
                               void *context);
void classes_close(struct classes *classes);

/* Milestones of a class. */
struct class_milestones {
    unsigned count;
    milestone milestone[EXPLORE_MAX_TRACE];
};

/* The class of that kind with that number: the one with the fewest milestones is the first.  There
 * are more than `number`. */
void class_find(const struct classes *classes, enum class_kind kind, uint64_t number,
                struct class_milestones *found);

#endif
