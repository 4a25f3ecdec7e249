/* A policy's text, as -p has it.  What is read of it is written, and read again. */
#include "harness/policy_text.h"
#include "tests/fuzz/reader.h"

#include <stdlib.h>
#include <string.h>

static void
read_again(const struct scenario_policy *policy)
{
    struct diagnostic diagnostic = {EXIT_HOLDS, ""};
    struct scenario_policy base, written = *policy, again;

    policy_text_base(policy, &base);
    if (policy_text_write(&written, base.text)) {
        fuzz_require(policy_text_read_option(&again, written.text, &diagnostic),
                     "what is written can be read");
        fuzz_require(memcmp(&again.policy, &policy->policy, sizeof again.policy) == 0,
                     "what is written is the same policy");
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct diagnostic diagnostic = {EXIT_HOLDS, ""};
    struct scenario_policy policy;
    char *text = malloc(size + 1);
    bool read;

    fuzz_require(text != NULL, "there is memory");
    memcpy(text, bytes, size);
    text[size] = '\0';
    read = policy_text_read_option(&policy, text, &diagnostic);
    fuzz_expect(read, &diagnostic);
    if (read) {
        read_again(&policy);
    }
    free(text);
    return 0;
}
