/* The values of options: see option_value.h. */
#include "harness/option_value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void
option_bad(struct diagnostic *diagnostic, const char *option, const char *value, const char *wanted,
           const char *hint)
{
    diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0, "%s '%s': %s%s", option, value, wanted, hint);
}

unsigned
option_word(struct diagnostic *diagnostic, const char *option, const char *value,
            const char *const *words, unsigned count, const char *wanted)
{
    char hint[96];

    for (unsigned i = 0; i < count; i++) {
        if (strcmp(value, words[i]) == 0) {
            return i;
        }
    }
    option_bad(diagnostic, option, value, wanted, diagnostic_near_hint(value, words, count, hint));
    return 0;
}

uint64_t
option_number(struct diagnostic *diagnostic, const char *option, const char *value,
              const struct option_number *number)
{
    unsigned shift = 0;
    uint64_t read;
    char *end;

    errno = 0;
    read = strtoull(value, &end, 10);
    if (number->sized && *end != '\0') {
        shift = *end == 'K' ? 10 : *end == 'M' ? 20 : *end == 'G' ? 30 : 64;
        end++;
    }
    if (value[0] < '0' || value[0] > '9' || *end != '\0' || errno != 0 || shift == 64 ||
        read > number->most >> shift || read < number->least) {
        option_bad(diagnostic, option, value, number->wanted, "");
        return 0;
    }
    return read << shift;
}

double
option_seconds(struct diagnostic *diagnostic, const char *option, const char *value)
{
    char *end;
    double seconds = strtod(value, &end);

    if (value[strspn(value, "0123456789.")] != '\0' || *end != '\0' || end == value ||
        !(seconds > 0)) {
        option_bad(diagnostic, option, value, "it has to be a number of seconds above 0", "");
        return 0;
    }
    return seconds;
}
