/* The questions of 'new': see ask.h. */
#define _GNU_SOURCE /* getline */
#include "harness/new/ask.h"

#include "harness/new/compose.h"
#include "harness/print.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What may be answered to a question, by what has been answered before. */
struct offer {
    unsigned count;
    struct new_choice choice[NEW_MOST_CHOICES];
};

/* True if the answers make a scenario when one of those that are not given is given otherwise. */
static bool
may_fit(const struct new_answers *answers)
{
    struct diagnostic unsaid = {EXIT_HOLDS, ""};
    bool fits = new_fits(answers, &unsaid);

    for (enum new_question question = 0; question < NEW_QUESTIONS && !fits; question++) {
        struct new_choice choice[NEW_MOST_CHOICES];
        const unsigned count = new_choices(question, choice);
        struct new_answers other = *answers;

        for (unsigned i = 0; answers->word[question] == NULL && i < count && !fits; i++) {
            unsaid = (struct diagnostic){EXIT_HOLDS, ""};
            other.word[question] = choice[i].word;
            fits = new_fits(&other, &unsaid);
        }
    }
    return fits;
}

/* What goes with the answers so far. */
static void
make_offer(const struct new_answers *answers, enum new_question question, struct offer *offer)
{
    struct new_choice choice[NEW_MOST_CHOICES];
    const unsigned count = new_choices(question, choice);
    struct new_answers with = *answers;

    offer->count = 0;
    for (unsigned i = 0; i < count; i++) {
        with.word[question] = choice[i].word;
        if (may_fit(&with)) {
            offer->choice[offer->count++] = choice[i];
        }
    }
}

static void
print_question(enum new_question question, const struct offer *offer)
{
    unsigned width = 0;

    print("\n%u of %u. %s (%s)\n", (unsigned)question + 1, (unsigned)NEW_QUESTIONS,
          new_asked(question), new_option(question));
    for (unsigned i = 0; i < offer->count; i++) {
        const unsigned columns = print_columns(offer->choice[i].word);

        width = columns > width ? columns : width;
    }
    for (unsigned i = 0; i < offer->count; i++) {
        print_entry(2, offer->choice[i].word, width, offer->choice[i].text);
    }
}

/* Why a word is no answer: the nearest one that is, or why it does not go with the others. */
static void
print_refusal(const struct new_answers *answers, enum new_question question,
              const struct offer *offer, const char *word)
{
    struct diagnostic said = {EXIT_HOLDS, ""};
    struct new_choice choice[NEW_MOST_CHOICES];
    const unsigned count = new_choices(question, choice);
    struct new_answers with = *answers;
    const char *words[NEW_MOST_CHOICES];
    char hint[DIAGNOSTIC_HINT_SIZE];

    for (unsigned i = 0; i < count; i++) {
        with.word[question] = choice[i].word;
        if (strcmp(word, choice[i].word) == 0 && !new_fits(&with, &said)) {
            print_line(2, "  %s does not go with the answers before: %s", word, said.text);
            return;
        }
    }
    for (unsigned i = 0; i < offer->count; i++) {
        words[i] = offer->choice[i].word;
    }
    print_line(2, "  unknown answer '%s'%s", word,
               diagnostic_hint(word, words, offer->count, hint));
}

/* A line of standard input without the blanks around it, in *line, which getline has made.  NULL at
 * its end. */
static char *
read_word(char **line, size_t *size)
{
    char *word, *end;

    if (getline(line, size, stdin) < 0) {
        return NULL;
    }
    word = *line + strspn(*line, " \t");
    end = word + strlen(word);
    while (end > word && isspace((unsigned char)end[-1])) {
        *--end = '\0';
    }
    return word;
}

/* Takes the word, or the default for none.  False if it is not offered. */
static bool
choose(const struct offer *offer, const char *word, const char **answer)
{
    for (unsigned i = 0; i < offer->count; i++) {
        if (word[0] == '\0' || strcmp(word, offer->choice[i].word) == 0) {
            *answer = offer->choice[i].word;
            return true;
        }
    }
    return false;
}

static bool
ask(struct new_answers *answers, enum new_question question, struct diagnostic *diagnostic)
{
    struct offer offer;
    char *line = NULL, *word = "";
    size_t size = 0;
    bool chosen = false;

    make_offer(answers, question, &offer);
    if (offer.count == 0) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                        "no answer to %s goes with the others", new_option(question));
    }
    print_question(question, &offer);
    for (unsigned tries = 0; tries < ASK_MOST_TRIES && !chosen; tries++) {
        print("Enter for %s: ", offer.choice[0].word);
        fflush(stderr);
        word = read_word(&line, &size);
        if (word == NULL) {
            print("\n");
            break;
        }
        chosen = choose(&offer, word, &answers->word[question]);
        if (!chosen) {
            print_refusal(answers, question, &offer, word);
        }
    }
    free(line);
    return chosen || diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                              word == NULL ? "%s is not answered: the input ended"
                                           : "%s is not answered, after 5 tries",
                              new_option(question));
}

bool
new_ask(struct new_answers *answers, struct diagnostic *diagnostic)
{
    bool answered = true;

    print_into(stderr, print_width());
    for (enum new_question question = 0; question < NEW_QUESTIONS && answered; question++) {
        answered = answers->word[question] != NULL || ask(answers, question, diagnostic);
    }
    print_into(NULL, 0);
    return answered;
}
