/* What is said of choices that are taken out: see necessary.h. */
#include "harness/necessary.h"

#include "harness/policy_text.h"
#include "harness/print.h"

#include <stdio.h>
#include <stdlib.h>

enum { NAME_SIZE = 96, MARGIN = 4 };

/* "port-guard=exists". */
static void
choice_text(const struct taken_out *out, const struct scenario_policy *policy, char text[NAME_SIZE])
{
    char value[8];

    snprintf(text, NAME_SIZE, "%s=%s", out->choice->name,
             policy_text_value(out->choice, policy_get(&policy->policy, out->choice), value));
}

/* "; without it: 3 new, 2 better", of what changes then; "" if nothing does. */
static void
changes_text(const struct taken_out *out, char *text, size_t size)
{
    static const enum change kinds[] = {CHANGE_NEW, CHANGE_WORSE, CHANGE_CLOSED, CHANGE_BETTER,
                                        CHANGE_OPEN};
    const char *without = out->choice == NULL ? "; without them: " : "; without it: ";

    text[0] = '\0';
    for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (out->changes[kinds[i]] > 0) {
            print_append(text, size, "%s%u %s", text[0] == '\0' ? without : ", ",
                         out->changes[kinds[i]], comparison_word(kinds[i]));
        }
    }
}

static void
print_example(const struct taken_out *out)
{
    const struct explore_verdict *verdict = cell_verdict(out->cell, out->oracle, out->at_the_end);
    char *is = report_share(out->cell, verdict);
    const struct explore_verdict *before = cell_verdict(out->whole, out->oracle, out->at_the_end);
    char *was = report_share(out->whole, before);
    char name[REPORT_NAME_SIZE];

    report_name(out->cell->scenario->path, name);
    print_line(2 * MARGIN, "    %s%s in %s: %s, and %s with it", oracle_name(out->oracle),
               out->at_the_end ? ", lasting," : "", name, is, before->violated ? was : "never");
    report_replay(out->cell->scenario, &out->cell->world, out->cell->policy, verdict->trace,
                  verdict->length, "replay it", "");
    free(is);
    free(was);
}

/* What breaks without one choice, or without several. */
static void
print_taken_out(const struct taken_out *out, const char *what, const char *back)
{
    char changes[160];

    changes_text(out, changes, sizeof changes);
    print_line(MARGIN, "%s%s%s%s", what, back,
               taken_out_only_worse(out)  ? ", makes some rarer, and closes nothing"
               : taken_out_is_needed(out) ? ", is needed"
               : taken_out_is_open(out)   ? ", may be needed"
                                          : ", is not needed",
               changes);
    if (taken_out_is_needed(out)) {
        print_example(out);
    }
}

/* The scenarios that have no world without a choice, and why. */
static void
print_refused(const struct necessary *necessary)
{
    const struct check *check = necessary->check;
    bool any = false;

    for (unsigned i = 0; i < check->scenarios; i++) {
        for (unsigned cell = 0; cell <= necessary->count; cell++) {
            const struct cell *its = &check->checked[i].cell[cell];

            if (its->refusal != NULL) {
                printf("%s", any ? "" : "\nCannot be built, and says nothing:\n");
                print_line(MARGIN, "  %s: %s", its->policy, its->refusal);
                any = true;
            }
        }
    }
}

static void
print_together(const struct necessary *necessary)
{
    char what[32 + SCENARIO_MAX_POLICY_TEXT];

    if (necessary->together == NULL) {
        return;
    }
    putchar('\n');
    if (taken_out_is_needed(&necessary->all)) {
        print_taken_out(&necessary->all,
                        "Each of those that are not needed can be taken out; not all together, "
                        "of which one",
                        "");
    } else {
        snprintf(what, sizeof what, "Without all of those: %s", necessary->all.without->text);
        print_line(MARGIN, "%s%s", what,
                   taken_out_is_open(&necessary->all) ? ", which is inconclusive" : "");
    }
}

/* What is waited for in vain: under the policy, and without each choice, and without several. */
static void
print_unreached(const struct necessary *necessary)
{
    const struct check *check = necessary->check;

    for (unsigned i = 0; i < check->cells; i++) {
        report_unreached_in(&check->cell[i]);
    }
    for (unsigned i = 0; necessary->together != NULL && i < check->scenarios; i++) {
        report_unreached_in(&necessary->together->checked[i].cell[1]);
    }
}

void
report_necessary(const struct necessary *necessary)
{
    const struct check *check = necessary->check;
    char what[NAME_SIZE], value[8], back[NAME_SIZE];

    print_line(MARGIN, "%s, each of its %u choice%s in turn as in %s, in %u scenario%s",
               check->own[0].text, necessary->count, print_plural(necessary->count),
               necessary->base->text, check->scenarios, print_plural(check->scenarios));
    for (unsigned needed = 2; needed-- > 0;) {
        for (unsigned i = 0; i < necessary->count; i++) {
            const struct taken_out *out = &necessary->taken_out[i];
            const uint8_t without = policy_get(&out->without->policy, out->choice);

            if (taken_out_is_needed(out) != (needed == 1)) {
                continue;
            }
            choice_text(out, &check->own[0], what);
            snprintf(back, sizeof back, ", not %s", policy_text_value(out->choice, without, value));
            print_taken_out(out, what, back);
        }
    }
    print_together(necessary);
    print_refused(necessary);
    print_unreached(necessary);
}
