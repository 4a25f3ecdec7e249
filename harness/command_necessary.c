/* tapweave necessary -p POLICY [SCENARIO...]: each choice of a fix taken out in turn. */
#include "harness/commands.h"
#include "harness/necessary.h"
#include "harness/output.h"
#include "harness/policy_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The policy, what it is told from, and the policies without one of its choices or some. */
struct fix {
    struct scenario_policy base;
    struct scenario_policy own[CHECK_MAX_OWN]; /* the whole one first */
    struct scenario_policy pair[2];            /* the whole one, and that without all not needed */
    char named[SCENARIO_MAX_POLICY_TEXT];      /* what the policy's text begins with */
};

/* Takes one choice of the policy back to what the base has. */
static bool
take_out(struct scenario_policy *policy, const struct policy_choice *choice, const struct fix *fix,
         struct diagnostic *diagnostic)
{
    policy_set(&policy->policy, choice, policy_get(&fix->base.policy, choice));
    return policy_text_write(policy, fix->named) ||
           diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                    "without %s, the policy's text is longer than %d bytes", choice->name,
                    DOCUMENT_MAX_TEXT);
}

static bool
read_fix(struct fix *fix, struct necessary *necessary, const struct options *options,
         struct diagnostic *diagnostic)
{
    const struct policy_choice *choice;

    if (options->policy == NULL) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                        "necessary needs -p POLICY; see 'tapweave necessary --help'");
    }
    if (!policy_text_read_option(&fix->own[0], options->policy, diagnostic)) {
        return false;
    }
    policy_text_base(&fix->own[0], &fix->base);
    if (options->base != NULL &&
        !policy_text_read(&fix->base, options->base, (struct place){"--base", 1, 1}, diagnostic)) {
        return false;
    }
    snprintf(fix->named, sizeof fix->named, "%.*s", (int)strcspn(fix->own[0].text, ","),
             fix->own[0].text);
    necessary->base = &fix->base;
    for (unsigned i = 0; (choice = policy_choice(i)) != NULL; i++) {
        struct scenario_policy *without = &fix->own[1 + necessary->count];

        if (policy_get(&fix->own[0].policy, choice) == policy_get(&fix->base.policy, choice)) {
            continue;
        }
        *without = fix->own[0];
        if (!take_out(without, choice, fix, diagnostic)) {
            return false;
        }
        necessary->taken_out[necessary->count++] =
            (struct taken_out){.choice = choice, .without = without};
    }
    return necessary->count > 0 ||
           diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                    "%s makes the same choices as %s: there is nothing to take out",
                    fix->own[0].text, fix->base.text);
}

/* The choices that are not needed, all taken out together.  Nothing if there are not two. */
static bool
judge_together(struct necessary *necessary, struct fix *fix, struct check *together,
               struct folder *own, struct diagnostic *diagnostic)
{
    unsigned spare = 0;

    fix->pair[0] = fix->pair[1] = fix->own[0];
    for (unsigned i = 0; i < necessary->count; i++) {
        const struct taken_out *out = &necessary->taken_out[i];

        if (taken_out_is_needed(out) || taken_out_is_open(out)) {
            continue;
        }
        spare++;
        if (!take_out(&fix->pair[1], out->choice, fix, diagnostic)) {
            return false;
        }
    }
    if (spare < 2) {
        return true;
    }
    necessary->together = together;
    necessary->all.without = &fix->pair[1];
    return check_open(together, own, diagnostic) &&
           taken_out_judge(&necessary->all, together, 1, diagnostic);
}

static enum exit_status
status_of(const struct necessary *necessary)
{
    bool needed = taken_out_is_needed(&necessary->all), open = taken_out_is_open(&necessary->all);

    for (unsigned i = 0; i < necessary->count; i++) {
        needed = needed || taken_out_is_needed(&necessary->taken_out[i]);
        open = open || taken_out_is_open(&necessary->taken_out[i]);
    }
    return needed ? EXIT_VIOLATED : open ? EXIT_INCONCLUSIVE : EXIT_HOLDS;
}

static enum exit_status
run(struct necessary *necessary, struct fix *fix, struct check *check, struct check *together,
    struct folder own[2], struct diagnostic *diagnostic)
{
    bool judged = check_open(check, &own[0], diagnostic);

    for (unsigned i = 0; i < necessary->count && judged; i++) {
        judged = taken_out_judge(&necessary->taken_out[i], check, i + 1, diagnostic);
    }
    if (!judged || !judge_together(necessary, fix, together, &own[1], diagnostic)) {
        return EXIT_HOLDS;
    }
    if (!check->options->quiet) {
        report_necessary(necessary);
    }
    output_json(necessary_json(necessary), check->options->json, diagnostic);
    return status_of(necessary);
}

enum exit_status
command_necessary(const struct options *options, struct diagnostic *diagnostic)
{
    struct fix *fix = calloc(1, sizeof *fix);
    struct necessary *necessary = calloc(1, sizeof *necessary);
    struct check check = {.options = options,
                          .path = options->files,
                          .scenarios = options->count,
                          .may_be_refused = true};
    struct check together = check; /* of the same scenarios */
    struct folder own[2] = {{0}};
    enum exit_status status = EXIT_HOLDS;

    if (fix == NULL || necessary == NULL) {
        diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
    } else if (read_fix(fix, necessary, options, diagnostic)) {
        check.own = fix->own;
        check.owns = necessary->count + 1;
        together.own = fix->pair;
        together.owns = 2;
        together.silent = true;
        necessary->check = &check;
        status = run(necessary, fix, &check, &together, own, diagnostic);
    }
    for (unsigned i = 0; necessary != NULL && i < necessary->count; i++) {
        free(necessary->taken_out[i].summary);
    }
    free(necessary != NULL ? necessary->all.summary : NULL);
    check_free(&check);
    check_free(&together);
    folder_close(&own[0]);
    folder_close(&own[1]);
    free(necessary);
    free(fix);
    return status;
}
