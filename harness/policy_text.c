/* Policies as users write them: see policy_text.h. */
#include "harness/policy_text.h"

#include "harness/print.h"
#include "harness/renamed.h"

#include <stdio.h>
#include <string.h>

enum { MOST_CHOICES = 32 };

/* Reads the base, and says what it is called today. */
static bool
read_base(struct policy *policy, const char *word, const char **base, struct place place,
          struct diagnostic *diagnostic)
{
    const char *words[POLICY_MAX_NAMED];
    unsigned count = 0;
    int index;

    for (; policy_named(count) != NULL; count++) {
        words[count] = policy_named(count)->name;
    }
    index = diagnostic_word(diagnostic, place, "policy", renamed_now(RENAMED_POLICY, word), words,
                            count);
    if (index >= 0) {
        renamed_warn(RENAMED_POLICY, word, place);
        *policy = policy_named((unsigned)index)->policy;
        *base = words[index];
    }
    return index >= 0;
}

/* Reads CHOICE=VALUE, which stands at `place`.  `chosen` has a bit for each choice that was read
 * before. */
static bool
read_choice(struct policy *policy, char *word, unsigned *chosen, struct place place,
            struct diagnostic *diagnostic)
{
    const struct policy_choice *choice;
    const char *words[MOST_CHOICES];
    char *text = strchr(word, '=');
    unsigned count = 0;
    int index, value;

    if (text == NULL) {
        return diagnose_at(diagnostic, place, "'%s' is not CHOICE=VALUE", word);
    }
    *text++ = '\0';
    for (; count < MOST_CHOICES && policy_choice(count) != NULL; count++) {
        words[count] = policy_choice(count)->name;
    }
    index = diagnostic_word(diagnostic, place, "choice", word, words, count);
    if (index < 0) {
        return false;
    }
    if ((*chosen >> index & 1) != 0) {
        return diagnose_at(diagnostic, place, "'%s' is here twice", word);
    }
    *chosen |= 1u << index;
    place.column += (size_t)(text - word);
    choice = policy_choice((unsigned)index);
    value = choice->values == NULL ? policy_find_value(choice, text)
                                   : diagnostic_word(diagnostic, place, choice->name, text,
                                                     choice->values, choice->count);
    if (value >= 0) {
        policy_set(policy, choice, (uint8_t)value);
    } else if (choice->values == NULL) {
        diagnose_at(diagnostic, place, "%s has to be a number from 0 to %d", choice->name,
                    choice->count - 1);
    }
    return value >= 0;
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

void
policy_text_base(const struct scenario_policy *policy, struct scenario_policy *base)
{
    const char *comma = strchr(policy->text, ',');
    char name[SCENARIO_MAX_POLICY_TEXT];

    snprintf(name, sizeof name, "%.*s", (int)strcspn(policy->text, ","), policy->text);
    strcpy(base->text, comma != NULL ? name : policy_named(0)->name);
    base->policy = policy_find(base->text)->policy;
}

bool
policy_text_write(struct scenario_policy *policy, const char *named)
{
    const struct policy *base = &policy_find(named)->policy;
    const struct policy_choice *choice;
    char value[8];

    snprintf(policy->text, sizeof policy->text, "%s", named);
    for (unsigned i = 0; (choice = policy_choice(i)) != NULL; i++) {
        if (policy_get(&policy->policy, choice) != policy_get(base, choice)) {
            print_append(policy->text, sizeof policy->text, ",%s=%s", choice->name,
                         policy_text_value(choice, policy_get(&policy->policy, choice), value));
        }
    }
    return strlen(policy->text) <= DOCUMENT_MAX_TEXT;
}

const char *
policy_text_value(const struct policy_choice *choice, uint8_t value, char text[8])
{
    snprintf(text, 8, "%u", value);
    return choice->values == NULL ? text : choice->values[value];
}
