/* The questions of 'new': see question.h. */
#include "harness/new/question.h"

#include "core/fault.h"
#include "core/policy.h"
#include "harness/new/choices.h"
#include "sim/oracle_set.h"

static const struct {
    const char *option, *asked;
} questions[NEW_QUESTIONS] = {
#define X(id, option, asked) {option, asked},
    NEW_QUESTION_TABLE(X)
#undef X
};

#define CHOICE(word, text, ...) {word, text},
#define FAULT(id, word, text) {word, text},

static const struct new_choice networks[] = {NEW_NETWORKS(CHOICE)};
static const struct new_choice stories[] = {NEW_STORIES(CHOICE)};
static const struct new_choice names[] = {NEW_NAMES(CHOICE)};
static const struct new_choice besides[] = {NEW_BESIDES(CHOICE) FAULTS(FAULT)};

/* Those whose choices are a table of choices.h. */
#define ROWS(rows)                            \
    {                                         \
        (rows), sizeof(rows) / sizeof *(rows) \
    }
static const struct {
    const struct new_choice *choice;
    unsigned count;
} tables[] = {
    [NEW_NETWORK] = ROWS(networks),
    [NEW_STORY] = ROWS(stories),
    [NEW_NAMES] = ROWS(names),
    [NEW_BESIDE] = ROWS(besides),
};

_Static_assert(sizeof besides / sizeof *besides <= NEW_MOST_CHOICES &&
                   (int)POLICY_MAX_NAMED <= (int)NEW_MOST_CHOICES &&
                   (int)ORACLE_COUNT <= (int)NEW_MOST_CHOICES,
               "room for the choices of each question");

const char *
new_option(enum new_question question)
{
    return questions[question].option;
}

const char *
new_asked(enum new_question question)
{
    return questions[question].asked;
}

unsigned
new_choices(enum new_question question, struct new_choice choices[NEW_MOST_CHOICES])
{
    const struct policy_named *named;
    unsigned count = 0;

    if (question == NEW_POLICY) {
        for (; (named = policy_named(count)) != NULL; count++) {
            choices[count] = (struct new_choice){named->name, named->text};
        }
    } else if (question == NEW_ORACLE) {
        for (; count < ORACLE_COUNT; count++) {
            choices[count] = (struct new_choice){oracle_name((enum oracle)count),
                                                 oracle_text((enum oracle)count)};
        }
    } else {
        for (; count < tables[question].count; count++) {
            choices[count] = tables[question].choice[count];
        }
    }
    return count;
}
