/* Where the runs of a world may be that have had the same milestones: sets of places, and to which
 * set each next milestone leads. */
#ifndef TAPWEAVE_SIM_COURSE_SET_H
#define TAPWEAVE_SIM_COURSE_SET_H

#include "sim/course.h"

/* How runs with just these milestones end. */
enum { COURSE_ENDS_WELL = 1, COURSE_ENDS_WRONG = 2 };

enum { COURSE_NOWHERE = 0 /* the number of the empty set */ };

/* A next milestone, and the set that it leads to. */
struct course_move {
    milestone milestone;
    uint32_t target;
};

struct course_set {
    uint64_t first; /* in course_sets.element */
    uint32_t elements;
    uint32_t moves;      /* by milestone */
    uint64_t first_move; /* in course_sets.move */
    uint8_t ends;        /* or-ed */
    uint8_t looked_at;   /* 1: its moves are known */
};

struct course_sets {
    const struct courses *courses; /* not owned */
    const struct graph *graph;     /* not owned */
    struct course_of of;
    struct allowance *allowance;
    struct course_set *set; /* by number */
    uint64_t sets, set_capacity;
    uint64_t *element;
    uint64_t elements, element_capacity;
    struct course_move *move;
    uint64_t moves, move_capacity;
    uint32_t *slot; /* open addressing: 1 + number */
    uint64_t slots;
    uint64_t *list; /* elements of a set in the making */
    uint64_t listed, list_capacity;
    uint32_t *stamp; /* by place, and gone wrong or not: the last set that it was put into */
    uint32_t stamps;
    size_t taken; /* bytes of slot and stamp */
};

/* Opens them, and stores the number of the set in which runs begin.  False without memory.  To be
 * given to course_sets_close in any case. */
bool course_sets_open(struct course_sets *sets, const struct courses *courses,
                      const struct graph *graph, struct course_of of, struct allowance *allowance,
                      uint32_t *first);
void course_sets_close(struct course_sets *sets);

/* Finds out where the next milestones lead to.  False without memory. */
bool course_sets_look(struct course_sets *sets, uint32_t number);

#endif
