/* The names of a story: their order, and what they are called in a world. */
#ifndef TAPWEAVE_HARNESS_RECORD_STORY_NAME_H
#define TAPWEAVE_HARNESS_RECORD_STORY_NAME_H

#include "harness/record/story.h"

/* Less than, equal to or greater than 0, as the first name stands before the other one: by their
 * numbers, and those without one at the end. */
int story_name_order(const char *one, const char *other);

/* Numbers the names anew, which are in that order: by the lowest ones that were free.  `event` are
 * all of the host. */
void story_name_all(struct story *story, const struct ledger_event *event, size_t events);

/* A diagnostic that there is no story of that name, and which one may be meant: false. */
bool story_name_refuse(const char *name, const struct ledger_event *event, size_t events,
                       struct diagnostic *diagnostic);

#endif
