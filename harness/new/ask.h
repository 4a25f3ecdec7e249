/* The questions of 'new', asked on a terminal. */
#ifndef TAPWEAVE_HARNESS_NEW_ASK_H
#define TAPWEAVE_HARNESS_NEW_ASK_H

#include "harness/new/question.h"

/* Asks what is not answered yet: the questions go to standard error, and a line of standard input
 * is an answer.  Only what goes with the answers before can be answered.  False with a diagnostic
 * at the end of the input, after ASK_MOST_TRIES answers that are none, or if nothing goes with the
 * answers that were given by options. */
enum { ASK_MOST_TRIES = 5 };
bool new_ask(struct new_answers *answers, struct diagnostic *diagnostic);

#endif
