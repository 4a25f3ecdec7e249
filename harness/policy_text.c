/* Policies as users write them: see policy_text.h. */
#include "harness/policy_text.h"

#include "harness/renamed.h"

#include <stdio.h>
#include <string.h>

enum { MOST_WORDS = 32 };

/* Reads the base, and says what it is called today. */
static bool
read_base(struct policy *policy, const char *word, const char **base, struct place place,
          struct diagnostic *diagnostic)
{
    const char *now = renamed_now(RENAMED_POLICY, word);
    const struct policy_named *named = policy_find(now != NULL ? now : word);
    const char *words[MOST_WORDS];
    char hint[DIAGNOSTIC_HINT_SIZE];
    unsigned count = 0;

    if (named != NULL) {
        renamed_warn(RENAMED_POLICY, word, place);
        *policy = named->policy;
        *base = named->name;
        return true;
    }
    for (; count < MOST_WORDS && policy_named(count) != NULL; count++) {
        words[count] = policy_named(count)->name;
    }
    return diagnose_at(diagnostic, place, "unknown policy '%s'%s", word,
                       diagnostic_hint(word, words, count, hint));
}

/* Reads CHOICE=VALUE, which stands at `place`.  `chosen` has a bit for each choice that was read
 * before. */
static bool
read_choice(struct policy *policy, char *word, unsigned *chosen, struct place place,
            struct diagnostic *diagnostic)
{
    const struct policy_choice *choice;
    const char *words[MOST_WORDS];
    char *value = strchr(word, '='), hint[DIAGNOSTIC_HINT_SIZE];
    unsigned count = 0, bit;
    int number;

    if (value == NULL) {
        return diagnose_at(diagnostic, place, "'%s' is not CHOICE=VALUE", word);
    }
    *value++ = '\0';
    choice = policy_find_choice(word);
    if (choice == NULL) {
        for (; count < MOST_WORDS && policy_choice(count) != NULL; count++) {
            words[count] = policy_choice(count)->name;
        }
        return diagnose_at(diagnostic, place, "unknown choice '%s'%s", word,
                           diagnostic_hint(word, words, count, hint));
    }
    bit = 1u << (unsigned)(choice - policy_choice(0));
    if ((*chosen & bit) != 0) {
        return diagnose_at(diagnostic, place, "'%s' is here twice", word);
    }
    *chosen |= bit;
    place.column += (size_t)(value - word);
    number = policy_find_value(choice, value);
    if (number >= 0) {
        policy_set(policy, choice, (uint8_t)number);
        return true;
    }
    if (choice->values == NULL) {
        return diagnose_at(diagnostic, place, "%s has to be a number from 0 to %d", choice->name,
                           choice->count - 1);
    }
    return diagnose_at(diagnostic, place, "unknown %s '%s'%s", choice->name, value,
                       diagnostic_hint(value, choice->values, choice->count, hint));
}

bool
policy_text_read(struct scenario_policy *policy, const char *text, struct place place,
                 struct diagnostic *diagnostic)
{
    char copy[SCENARIO_MAX_POLICY_TEXT], *comma = copy;
    const char *base = "";
    unsigned chosen = 0;
    bool read = true;

    if (strlen(text) > DOCUMENT_MAX_TEXT) {
        return diagnose_at(diagnostic, place, "the policy is longer than %d bytes",
                           DOCUMENT_MAX_TEXT);
    }
    strcpy(copy, text);
    while (read && comma != NULL) {
        char *word = comma;
        struct place at = {place.file, place.line, place.column + (size_t)(word - copy)};

        comma = strchr(word, ',');
        if (comma != NULL) {
            *comma++ = '\0';
        }
        read = word == copy ? read_base(&policy->policy, word, &base, at, diagnostic)
                            : read_choice(&policy->policy, word, &chosen, at, diagnostic);
    }
    snprintf(policy->text, sizeof policy->text, "%s%s", base, text + strcspn(text, ","));
    return read;
}

bool
policy_text_read_option(struct scenario_policy *policy, const char *text,
                        struct diagnostic *diagnostic)
{
    return policy_text_read(policy, text, (struct place){"--policy", 1, 1}, diagnostic);
}
