/* What there is to draw of a schedule, whatever the format: the walk, who takes part, which step
 * made which one possible, and the window in which others came first. */
#ifndef TAPWEAVE_HARNESS_DRAW_DRAWING_H
#define TAPWEAVE_HARNESS_DRAW_DRAWING_H

#include "harness/walk.h"

/* What is known of a step beside what the walk says. */
struct drawing_step {
    struct event event; /* as it was taken */
    unsigned since;     /* its actor has had a step to take since that step (from 1), or since the
                           beginning: 0 */
};

/* Steps of others that came although the daemon's thread for a guest, which had begun already, had
 * a step to take; without that, what is violated would not be: if the thread's step is put in front
 * of them, all the others can be taken in their order, and do not violate it.  Of several windows
 * the last. */
struct window {
    unsigned first, last; /* steps, from 1; 0: there is no such window, or it was not looked for */
    unsigned late;        /* the thread's step, right behind them */
    oracle_set avoided;   /* what would not be violated */
    bool bounded;         /* not all that might be one was looked at: the schedule is too long */
};

struct drawing {
    const struct walk *walk;   /* not owned; neither is what is below */
    const char *policy;        /* its text */
    struct drawing_step *step; /* as many as the walk has */
    uint8_t *actors;           /* of the steps */
    struct window window;
    unsigned lanes; /* actors that take a step; in the order of actors: */
    uint8_t lane[MAX_ACTORS];
};

/* Finds out what there is to draw of a walk; to be given to drawing_close.  False with a diagnostic
 * if there is no memory. */
bool drawing_open(struct drawing *drawing, const struct walk *walk, const char *policy,
                  struct diagnostic *diagnostic);
void drawing_close(struct drawing *drawing);

/* The window in words: "window: with step 8 before steps 5 to 7, no lost-attachment". */
enum { DRAWING_WINDOW_SIZE = 512 };
void drawing_window_text(const struct drawing *drawing, char text[DRAWING_WINDOW_SIZE]);

/* The command that replays the walk, as report_replay prints it. */
void drawing_print_replay(const struct drawing *drawing);

#endif
