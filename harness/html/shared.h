/* Values that stand once in a list, and are spoken of by their index there. */
#ifndef TAPWEAVE_HARNESS_SHARED_H
#define TAPWEAVE_HARNESS_SHARED_H

#include <jansson.h>

/* All zero: empty.  To be given to shared_close. */
struct shared {
    json_t *list;  /* an array; NULL while it is empty */
    json_t *index; /* of each value, by its text */
};

/* The index of a value, as JSON, which is put into the list if it is not there.  `value` is taken
 * over. */
json_t *shared_add(struct shared *shared, json_t *value);

/* The list, which is the caller's from now on; and all else is released. */
json_t *shared_close(struct shared *shared);

#endif
