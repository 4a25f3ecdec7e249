/* Memory, or the end of the program: with one line, and EXIT_INTERNAL.
 *
 * It is for what has no other way to say that there is none, and would look like a result without a
 * part of it: what is printed, and all that jansson, GMP (which would abort) and libxml2 make.  No
 * file is half written then: each one is written when it is complete.  A search has its own bound,
 * and says that it has come to it. */
#ifndef TAPWEAVE_HARNESS_MEMORY_H
#define TAPWEAVE_HARNESS_MEMORY_H

#include <stddef.h>

/* Has jansson and GMP take their memory so.  Before anything else is done with them. */
void memory_of_libraries(void);

/* As malloc, calloc, realloc and strdup, but never NULL. */
void *memory_make(size_t size);
void *memory_zero(size_t count, size_t size);
void *memory_grow(void *memory, size_t size);
char *memory_copy(const char *text);

/* Ends the program. */
_Noreturn void memory_lacks(void);

#endif
