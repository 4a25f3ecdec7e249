/* Policies as users write them: BASE,CHOICE=VALUE,...  See core/policy.h. */
#ifndef TAPWEAVE_HARNESS_POLICY_TEXT_H
#define TAPWEAVE_HARNESS_POLICY_TEXT_H

#include "core/policy.h"
#include "harness/diagnostic.h"

/* Reads "BASE,CHOICE=VALUE,...": false with a diagnostic at `file`, `line` and `column` (where the
 * text begins; no file and line 0 for a flag). */
bool policy_text_read(struct policy *policy, const char *text, const char *file, size_t line,
                      size_t column, struct diagnostic *diagnostic);

#endif
