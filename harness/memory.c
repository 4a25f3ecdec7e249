/* Memory, or the end: see memory.h. */
#include "harness/memory.h"

#include "harness/diagnostic.h"

#include <gmp.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void
memory_lacks(void)
{
    static const char said[] = "tapweave: out of memory\n";

    (void)!write(STDERR_FILENO, said, strlen(said));
    _exit(EXIT_INTERNAL);
}

static void *
or_end(void *memory)
{
    if (memory == NULL) {
        memory_lacks();
    }
    return memory;
}

void *
memory_make(size_t size)
{
    return or_end(malloc(size + (size == 0)));
}

void *
memory_zero(size_t count, size_t size)
{
    return or_end(calloc(count + (count == 0), size));
}

void *
memory_grow(void *memory, size_t size)
{
    return or_end(realloc(memory, size + (size == 0)));
}

char *
memory_copy(const char *text)
{
    return or_end(strdup(text));
}

static void *
grow_from(void *memory, size_t before, size_t size)
{
    (void)before;
    return memory_grow(memory, size);
}

static void
free_sized(void *memory, size_t size)
{
    (void)size;
    free(memory);
}

void
memory_of_libraries(void)
{
    json_set_alloc_funcs(memory_make, free);
    mp_set_memory_functions(memory_make, grow_from, free_sized);
}
