/* What the targets share: bytes as a file, and what has to be so of any reader. */
#ifndef TAPWEAVE_TESTS_FUZZ_READER_H
#define TAPWEAVE_TESTS_FUZZ_READER_H

#include "harness/scenario.h"

#include <stdint.h>

/* What libFuzzer calls with each input; 0. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* The path of a file in memory with those bytes.  There are FUZZ_FILES of them: a file's bytes stay
 * until it gets others. */
enum { FUZZ_FILES = 4 };
const char *fuzz_file(unsigned file, const void *bytes, size_t size);

/* Ends the program unless a reader that has returned `read` has said what was wrong, and only then:
 * one line, about the input. */
void fuzz_expect(bool read, const struct diagnostic *diagnostic);

/* Ends the program if it is false; says what was expected. */
void fuzz_require(bool is, const char *expected);

/* tapweave's own scenarios, of ./scenarios: the one whose file has the name that the path ends
 * with; the first one if there is none.  It lasts as long as the program. */
const struct scenario *fuzz_scenario(const char *path);

#endif
