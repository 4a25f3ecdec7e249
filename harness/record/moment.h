/* A moment as logs write it: "2026-11-30T21:52:43.500739Z". */
#ifndef TAPWEAVE_HARNESS_RECORD_MOMENT_H
#define TAPWEAVE_HARNESS_RECORD_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

/* Reads one: a date and a time, with 'T' or ' ' between them; then, if they are there, a fraction
 * of a second and a zone ("Z", "+0100" or "+01:00"; without one it is UTC).  False if there is
 * none; *text is then as it was, and otherwise behind it.  *at: microseconds since 1970; what is
 * finer is cut off. */
bool moment_take(const char **text, int64_t *at);

enum { MOMENT_SIZE = 32 };

/* "2026-11-30 21:53:00.525412", in UTC. */
const char *moment_text(int64_t at, char text[MOMENT_SIZE]);

#endif
