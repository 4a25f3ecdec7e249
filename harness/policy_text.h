/* Policies as users write them: BASE,CHOICE=VALUE,...  See core/policy.h. */
#ifndef TAPWEAVE_HARNESS_POLICY_TEXT_H
#define TAPWEAVE_HARNESS_POLICY_TEXT_H

#include "harness/scenario.h"

/* Reads "BASE,CHOICE=VALUE,...": false with a diagnostic at `place`, where the text begins.
 *  A base that had another name once is warned about, and has its name of today in
 * policy->text. */
bool policy_text_read(struct scenario_policy *policy, const char *text, struct place place,
                      struct diagnostic *diagnostic);

/* The same of the command line's -p. */
bool policy_text_read_option(struct scenario_policy *policy, const char *text,
                             struct diagnostic *diagnostic);

/* The named policy that a policy's text begins with, in `base`; if it is that one itself, the one
 * that all named policies are told from. */
void policy_text_base(const struct scenario_policy *policy, struct scenario_policy *base);

/* A value of the choice, as it is written; a number in `text`. */
const char *policy_text_value(const struct policy_choice *choice, uint8_t value, char text[8]);

/* Writes the text of a policy: that named one, and the choices that are different.  False if that
 * is longer than a text may be. */
bool policy_text_write(struct scenario_policy *policy, const char *named);

#endif
