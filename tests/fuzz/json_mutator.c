/* How an input that is JSON is changed: it stays JSON, and one value in it becomes another one,
 * goes, or is there twice.  Bytes that change by chance mostly make a text that no reader looks
 * into. Linked into every target: what is no JSON is changed as libFuzzer does it. */
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

size_t LLVMFuzzerMutate(uint8_t *bytes, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t most, unsigned seed);

/* Where a value is: in a list or an object. */
struct spot {
    json_t *in;
    size_t index;
    const char *key; /* NULL in a list */
    json_t *value;
};

/* Finds the n-th value below `in`, counted from 0; n is less by those that there are. */
static bool
find(json_t *in, size_t *n, struct spot *spot)
{
    const char *key;
    json_t *value;
    size_t index;

    json_array_foreach(in, index, value)
    {
        if ((*n)-- == 0) {
            *spot = (struct spot){in, index, NULL, value};
            return true;
        }
        if (find(value, n, spot)) {
            return true;
        }
    }
    json_object_foreach(in, key, value)
    {
        if ((*n)-- == 0) {
            *spot = (struct spot){in, 0, key, value};
            return true;
        }
        if (find(value, n, spot)) {
            return true;
        }
    }
    return false;
}

static size_t
count(json_t *json)
{
    struct spot spot;
    size_t n = SIZE_MAX;

    find(json, &n, &spot);
    return SIZE_MAX - n;
}

/* A value out of those that readers may not expect, or another one of the input. */
static json_t *
other_value(json_t *json, size_t values, const struct spot *spot)
{
    static const char *const texts[] = {"null",       "true",
                                        "[]",         "{}",
                                        "\"\"",       "\"x\"",
                                        "\"0\"",      "0",
                                        "1",          "-1",
                                        "255",        "65536",
                                        "4294967295", "9223372036854775807",
                                        "1.5e300",    "\"99999999999999999999999\""};
    enum { TEXTS = sizeof texts / sizeof *texts };
    const size_t which = (size_t)rand() % (TEXTS + 8);
    size_t n = (size_t)rand() % values;
    struct spot from;

    if (which < TEXTS) {
        return json_loads(texts[which], JSON_DECODE_ANY, NULL);
    }
    if (which < TEXTS + 4 && llabs(json_integer_value(spot->value)) < INT32_MAX &&
        json_is_integer(spot->value)) {
        return json_integer(json_integer_value(spot->value) + (which % 2 == 0 ? 1 : -1));
    }
    return find(json, &n, &from) ? json_deep_copy(from.value) : json_null();
}

static void
change(json_t *json)
{
    const size_t values = count(json);
    size_t n = values == 0 ? 0 : (size_t)rand() % values;
    const int how = rand() % 8;
    struct spot spot;

    if (values == 0 || !find(json, &n, &spot)) {
        return;
    }
    if (how == 0 && spot.key == NULL) {
        json_array_remove(spot.in, spot.index);
    } else if (how == 0) {
        json_object_del(spot.in, spot.key);
    } else if (how == 1 && spot.key == NULL) {
        json_array_insert_new(spot.in, spot.index, json_deep_copy(spot.value));
    } else if (spot.key == NULL) {
        json_array_set_new(spot.in, spot.index, other_value(json, values, &spot));
    } else {
        json_object_set_new(spot.in, spot.key, other_value(json, values, &spot));
    }
}

size_t
LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t most, unsigned seed)
{
    json_t *json = size > 0 && bytes[0] == '{' && seed % 4 != 0
                       ? json_loadb((const char *)bytes, size, 0, NULL)
                       : NULL;
    size_t used;

    if (json == NULL) {
        return LLVMFuzzerMutate(bytes, size, most);
    }
    srand(seed);
    for (int times = 1 + rand() % 3; times > 0; times--) {
        change(json);
    }
    used = json_dumpb(json, (char *)bytes, most, JSON_COMPACT);
    json_decref(json);
    return used == 0 || used > most ? LLVMFuzzerMutate(bytes, size, most) : used;
}
