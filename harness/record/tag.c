/* Tags of ports: see tag.h. */
#include "harness/record/tag.h"

#include "harness/record/ledger.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 4095 };

static uint16_t
tag_of_number(long long number)
{
    return number > 0 && number <= MOST ? (uint16_t)number : (uint16_t)LEDGER_NO_TAG;
}

uint16_t
tag_of_column(const json_t *column)
{
    const char *digits = json_string_value(column);

    return tag_of_number(digits != NULL ? strtoll(digits, NULL, 10) : json_integer_value(column));
}

static bool
is_word(const char *word, size_t length, const char *text)
{
    return length == strlen(text) && strncmp(word, text, length) == 0;
}

uint16_t
tag_asked(const char *call, const char *port)
{
    static const char key[] = "tag=";
    bool adds = false, its = false; /* the command at hand */
    uint16_t asked = 0;

    while (call != NULL && *call != '\0') {
        const size_t length = strcspn(call, " ");

        if (is_word(call, length, "--")) {
            adds = its = false;
        }
        adds = adds || is_word(call, length, "add-port");
        its = its || is_word(call, length, port);
        if (its && strncmp(call, key, strlen(key)) == 0) {
            asked = tag_of_number(strtoll(call + strlen(key), NULL, 10));
        } else if (its && adds && asked == 0) {
            asked = LEDGER_NO_TAG;
        }
        call += length + strspn(call + length, " ");
    }
    return asked;
}
