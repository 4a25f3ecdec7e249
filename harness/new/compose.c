/* Answers as a scenario: see compose.h. */
#include "harness/new/compose.h"

#include "core/fault.h"
#include "harness/new/choices.h"
#include "harness/scenario_text.h"
#include "harness/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the tables of choices.h, in their order ---- */

struct nets {
    const char *bridges, *first, *others, *stem, *named;
};
#define NETWORK(word, text, ...) {__VA_ARGS__},
static const struct nets networks[] = {NEW_NETWORKS(NETWORK)};

struct events {
    unsigned guests, running;
    const char *actors;
};
#define STORY(word, text, ...) {__VA_ARGS__},
static const struct events stories[] = {NEW_STORIES(STORY)};

struct naming {
    const char *device, *nic;
};
#define NAMES(word, text, ...) {__VA_ARGS__},
static const struct naming all_names[] = {NEW_NAMES(NAMES)};

enum where { NOTHING, FIRST, OTHERS, ACTOR, LATE, BEFORE, FAULT };
struct addition {
    enum where where;
    const char *text;
};
#define BESIDE(word, text, ...) {__VA_ARGS__},
#define BESIDE_FAULT(id, word, text) {FAULT, word},
static const struct addition besides[] = {NEW_BESIDES(BESIDE) FAULTS(BESIDE_FAULT)};

/* What a nic needs for the oracle to have something to judge. */
static const struct {
    const char *oracle, *nic;
} needs[] = {{"lost-filter", "filter: true"}, {"lost-qos", "limit: true"}};

/* A scenario in the making. */
struct composing {
    const struct new_answers *answers;
    struct nets network;
    struct events story;
    struct naming names;
    struct addition beside;
    FILE *out;
};

/* The word that is answered, or the default. */
static const char *
answered(const struct new_answers *answers, enum new_question question, unsigned *index)
{
    struct new_choice choice[NEW_MOST_CHOICES];
    const unsigned count = new_choices(question, choice);
    const char *word = answers->word[question];

    *index = 0;
    for (unsigned i = 0; word != NULL && i < count; i++) {
        *index = strcmp(word, choice[i].word) == 0 ? i : *index;
    }
    return word == NULL ? choice[0].word : word;
}

/* ---- parts ---- */

/* The name of a guest's device, as far as it can be foreseen: names are given from 0 on. */
static void
write_device(const struct composing *new, unsigned guest)
{
    if (new->names.device == NULL) {
        fprintf(new->out, "%s%u", new->network.stem, guest);
    }
    for (const char *at = new->names.device; at != NULL &&*at != '\0'; at++) {
        fputc(*at == '#' ? '0' + (int)guest : *at, new->out);
    }
}

/* The text, with the name of that guest's device for each "@". */
static void
write_beside(const struct composing *new, unsigned guest)
{
    for (const char *at = new->beside.text; *at != '\0'; at++) {
        if (*at == '@') {
            write_device(new, guest);
        } else {
            fputc(*at, new->out);
        }
    }
}

/* One more member of a mapping on one line, if there is one. */
static void
write_member(const struct composing *new, bool *some, const char *text)
{
    if (text != NULL) {
        fprintf(new->out, "%s%s", *some ? ", " : "", text);
        *some = true;
    }
}

static void
write_nic(const struct composing *new, unsigned guest)
{
    const char *named = new->names.nic != NULL ? new->names.nic : new->network.named;
    unsigned oracle;
    const char *judged = answered(new->answers, NEW_ORACLE, &oracle);
    bool some = false;

    fputs("{", new->out);
    write_member(new, &some, guest == 0 ? new->network.first : new->network.others);
    if (named != NULL) {
        write_member(new, &some, "name: ");
    }
    for (const char *at = named; at != NULL && *at != '\0'; at++) {
        fputc(*at == '#' ? '0' + (int)guest : *at, new->out);
    }
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++) {
        write_member(new, &some, strcmp(judged, needs[i].oracle) == 0 ? needs[i].nic : NULL);
    }
    fputs("}", new->out);
}

static void
write_guests(const struct composing *new)
{
    fputs("guests:\n", new->out);
    for (unsigned guest = 0; guest < new->story.guests; guest++) {
        const bool said = new->beside.where == (guest == 0 ? FIRST : OTHERS);
        bool some = true;

        fprintf(new->out, "  %c: {nic: ", 'a' + (int)guest);
        write_nic(new, guest);
        write_member(new, &some, guest < new->story.running ? "state: running" : NULL);
        write_member(new, &some, said ? new->beside.text : NULL);
        fputs("}\n", new->out);
    }
}

/* How the same can be made again, and what the claim is. */
static void
write_origin(const struct composing *new)
{
    fputs("# Made by 'tapweave new', with these answers:\n", new->out);
    for (enum new_question question = 0; question < NEW_QUESTIONS; question++) {
        unsigned index;

        fprintf(new->out, "%s %s %s%s", question % 3 == 0 ? "#  " : "", new_option(question),
                answered(new->answers, question, &index),
                question % 3 == 2 || question == NEW_QUESTIONS - 1 ? "\n" : "");
    }
    fputs("# The claim is the report's: that it can happen.  Of a fix it is to be 'never'.\n",
          new->out);
}

static void
write_title(const struct composing *new)
{
    struct new_choice choice[NEW_MOST_CHOICES];
    unsigned story, beside;
    const char *word = answered(new->answers, NEW_BESIDE, &beside);
    const char *text;

    answered(new->answers, NEW_STORY, &story);
    new_choices(NEW_STORY, choice);
    text = choice[story].text;
    fprintf(new->out, "title: %c%s", toupper((unsigned char)text[0]), text + 1);
    fprintf(new->out, "%s%s\nreport: none yet\n", beside == 0 ? "" : "; ", beside == 0 ? "" : word);
}

static void
write_scenario(const struct composing *new)
{
    /* The one that comes next, if there is one. */
    const unsigned next = new->story.running % new->story.guests;
    const char *bridges = new->network.bridges;
    unsigned index;

    write_origin(new);
    write_title(new);
    fprintf(new->out, "network:%s%s", bridges == NULL ? " {}" : "\n",
            bridges == NULL ? "\n" : bridges);
    write_guests(new);
    if (new->beside.where == BEFORE) {
        write_beside(new, next);
    }
    fprintf(new->out, "actors:\n%s", new->story.actors);
    if (new->beside.where == ACTOR || new->beside.where == LATE) {
        write_beside(new, 0);
    }
    if (new->beside.where == FAULT) {
        fprintf(new->out, "faults: {%s: 1}\n", new->beside.text);
    }
    fprintf(new->out, "claims:\n  %s: {%s: possible}\n", answered(new->answers, NEW_POLICY, &index),
            answered(new->answers, NEW_ORACLE, &index));
}

/* ---- all of it ---- */

/* True if the first guest ends in the story. */
static bool
ends(const struct composing *new)
{
    return strstr(new->story.actors, "stop a") != NULL ||
           strstr(new->story.actors, "crash a") != NULL;
}

static void
begin(struct composing *new, const struct new_answers *answers)
{
    unsigned network, story, names, beside;

    answered(answers, NEW_NETWORK, &network);
    answered(answers, NEW_STORY, &story);
    answered(answers, NEW_NAMES, &names);
    answered(answers, NEW_BESIDE, &beside);
    *new = (struct composing){answers,          networks[network], stories[story],
                              all_names[names], besides[beside],   NULL};
}

char *
new_compose(const struct new_answers *answers)
{
    struct composing new;
    struct text text;

    begin(&new, answers);
    new.out = text_open(&text);
    if (new.out == NULL) {
        return NULL;
    }
    write_scenario(&new);
    return text_close(new.out, &text) ? text.bytes : NULL;
}

bool
new_fits(const struct new_answers *answers, struct diagnostic *diagnostic)
{
    struct composing new;
    struct scenario scenario;
    char *text;
    bool fits;

    begin(&new, answers);
    if (new.beside.where == OTHERS &&new.story.guests == 1) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0, "there is no other guest");
    }
    if (new.beside.where == LATE && !ends(&new)) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0, "the first guest runs on");
    }
    text = new_compose(answers);
    if (text == NULL) {
        return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
    }
    fits = scenario_read_text(&scenario, text, "a new scenario", diagnostic);
    free(text);
    return fits;
}
