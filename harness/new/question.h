/* The questions that 'new' asks, and what may be answered: a table. */
#ifndef TAPWEAVE_HARNESS_NEW_QUESTION_H
#define TAPWEAVE_HARNESS_NEW_QUESTION_H

#include "harness/diagnostic.h"

/* In the order in which they are asked: the option that answers it, and what is asked. */
#define NEW_QUESTION_TABLE(X)                                          \
    X(NETWORK, "--network", "What are the guests' nics on?")           \
    X(STORY, "--story", "What happens to the guests?")                 \
    X(NAMES, "--names", "How do their devices get their names?")       \
    X(BESIDE, "--beside", "What else is there, or goes wrong?")        \
    X(ORACLE, "--oracle", "What happens by the report, and must not?") \
    X(POLICY, "--policy", "Under which policy? (a choice of its own: by option)")

enum new_question {
#define X(id, option, asked) NEW_##id,
    NEW_QUESTION_TABLE(X)
#undef X
        NEW_QUESTIONS,
};

struct new_choice {
    const char *word, *text;
};

enum { NEW_MOST_CHOICES = 32 };

/* A word of each question's choices, not owned; NULL: it is not answered yet.  A policy may also be
 * one with choices of its own, as for -p. */
struct new_answers {
    const char *word[NEW_QUESTIONS];
};

const char *new_option(enum new_question question);
const char *new_asked(enum new_question question);

/* Fills in what may be answered, the default first.  Returns how many there are. */
unsigned new_choices(enum new_question question, struct new_choice choices[NEW_MOST_CHOICES]);

#endif
