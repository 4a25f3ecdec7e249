/* Policies as users write them: see policy_text.h. */
#include "harness/policy_text.h"

#include "harness/renamed.h"

#include <stdio.h>
#include <string.h>

enum { MOST_WORDS = 32 };

/* Where a diagnostic about the text goes. */
struct place {
    const char *file;
    size_t line, column;
    struct diagnostic *diagnostic;
};

static bool
unknown(const struct place *place, size_t offset, const char *what, const char *word,
        const char *const *words, size_t count)
{
    char hint[DIAGNOSTIC_HINT_SIZE];

    return diagnose(place->diagnostic, EXIT_BAD_INPUT, place->file, place->line,
                    place->column + offset, "unknown %s '%s'%s", what, word,
                    diagnostic_hint(word, words, count, hint));
}

/* Reads the base, and says what it is called today. */
static bool
read_base(struct policy *policy, const char *word, const char **base, const struct place *place)
{
    const char *now = renamed_now(RENAMED_POLICY, word);
    const struct policy_named *named = policy_find(now != NULL ? now : word);
    const char *words[MOST_WORDS];
    size_t count = 0;

    if (named != NULL) {
        renamed_warn(RENAMED_POLICY, word, place->file, place->line, place->column);
        *policy = named->policy;
        *base = named->name;
        return true;
    }
    for (; count < MOST_WORDS && policy_named((unsigned)count) != NULL; count++) {
        words[count] = policy_named((unsigned)count)->name;
    }
    return unknown(place, 0, "policy", word, words, count);
}

/* Reads CHOICE=VALUE, which stands at `offset` of the text.  `chosen` has a bit for each choice
 * that was read before. */
static bool
read_choice(struct policy *policy, char *word, size_t offset, unsigned *chosen,
            const struct place *place)
{
    const struct policy_choice *choice;
    const char *words[MOST_WORDS];
    char *equals = strchr(word, '=');
    size_t count = 0;
    int value;

    if (equals == NULL) {
        return diagnose(place->diagnostic, EXIT_BAD_INPUT, place->file, place->line,
                        place->column + offset, "'%s' is not CHOICE=VALUE", word);
    }
    *equals = '\0';
    choice = policy_find_choice(word);
    if (choice == NULL) {
        for (; count < MOST_WORDS && policy_choice((unsigned)count) != NULL; count++) {
            words[count] = policy_choice((unsigned)count)->name;
        }
        return unknown(place, offset, "choice", word, words, count);
    }
    if ((*chosen >> (unsigned)(choice - policy_choice(0)) & 1) != 0) {
        return diagnose(place->diagnostic, EXIT_BAD_INPUT, place->file, place->line,
                        place->column + offset, "'%s' is here twice", word);
    }
    *chosen |= 1u << (unsigned)(choice - policy_choice(0));
    offset += (size_t)(equals + 1 - word);
    value = policy_find_value(choice, equals + 1);
    if (value >= 0) {
        policy_set(policy, choice, (uint8_t)value);
        return true;
    }
    if (choice->values == NULL) {
        return diagnose(place->diagnostic, EXIT_BAD_INPUT, place->file, place->line,
                        place->column + offset, "%s has to be a number from 0 to %d", choice->name,
                        choice->count - 1);
    }
    return unknown(place, offset, choice->name, equals + 1, choice->values, choice->count);
}

bool
policy_text_read(struct scenario_policy *policy, const char *text, const char *file, size_t line,
                 size_t column, struct diagnostic *diagnostic)
{
    struct place place = {file, line, column, diagnostic};
    char copy[SCENARIO_MAX_POLICY_TEXT];
    const char *base = "";
    unsigned chosen = 0;
    char *word = copy;

    if (strlen(text) > DOCUMENT_MAX_TEXT) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, file, line, column,
                        "the policy is longer than %d bytes", DOCUMENT_MAX_TEXT);
    }
    strcpy(copy, text);
    while (word != NULL) {
        char *comma = strchr(word, ',');

        if (comma != NULL) {
            *comma = '\0';
        }
        if (!(word == copy
                  ? read_base(&policy->policy, word, &base, &place)
                  : read_choice(&policy->policy, word, (size_t)(word - copy), &chosen, &place))) {
            return false;
        }
        word = comma == NULL ? NULL : comma + 1;
    }
    snprintf(policy->text, sizeof policy->text, "%s%s", base, text + strcspn(text, ","));
    return true;
}

bool
policy_text_read_option(struct scenario_policy *policy, const char *text,
                        struct diagnostic *diagnostic)
{
    return policy_text_read(policy, text, "--policy", 1, 1, diagnostic);
}
