/* Values that stand once: see shared.h. */
#include "harness/html/shared.h"

#include <stdlib.h>

json_t *
shared_add(struct shared *shared, json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    json_t *index;

    if (shared->list == NULL) {
        shared->list = json_array();
        shared->index = json_object();
    }
    index = text == NULL ? NULL : json_object_get(shared->index, text);
    if (index == NULL) {
        index = json_integer((json_int_t)json_array_size(shared->list));
        json_array_append(shared->list, value);
        json_object_set_new(shared->index, text == NULL ? "" : text, index);
    }
    free(text);
    json_decref(value);
    return json_incref(index);
}

json_t *
shared_close(struct shared *shared)
{
    json_t *list = shared->list == NULL ? json_array() : shared->list;

    json_decref(shared->index);
    *shared = (struct shared){0};
    return list;
}
