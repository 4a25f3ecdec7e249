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

#endif
