/* The window in which others came first: see struct window in drawing.h. */
#ifndef TAPWEAVE_HARNESS_DRAW_WINDOW_H
#define TAPWEAVE_HARNESS_DRAW_WINDOW_H

#include "harness/draw/drawing.h"

enum { WINDOW_MOST_STEPS = 200000 /* that are taken to find it */ };

/* Looks for it.  `drawing` has all but that. */
struct window window_find(const struct drawing *drawing);

#endif
