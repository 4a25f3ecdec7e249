/* Answers as a scenario. */
#ifndef TAPWEAVE_HARNESS_NEW_COMPOSE_H
#define TAPWEAVE_HARNESS_NEW_COMPOSE_H

#include "harness/new/question.h"

/* The text of the scenario, with a newline at its end, to be given to free(); NULL: there is no
 * memory.  What is not answered yet has its default. */
char *new_compose(const struct new_answers *answers);

/* True if that is a scenario, and can be simulated under its policy.  Otherwise a diagnostic says
 * why it is none. */
bool new_fits(const struct new_answers *answers, struct diagnostic *diagnostic);

#endif
