/* Choices that are taken out, as JSON: see necessary.h and docs/formats.md. */
#include "harness/necessary.h"

#include "harness/output.h"
#include "harness/policy_text.h"
#include "harness/trace.h"

/* The shortest example, or null. */
static json_t *
example_json(const struct taken_out *out)
{
    return out->cell == NULL ? json_null()
                             : trace_cell_json(out->cell, out->oracle, out->at_the_end);
}

static json_t *
refused_json(const struct check *check, unsigned cell)
{
    json_t *refused = json_array();

    for (unsigned i = 0; i < check->scenarios; i++) {
        const struct cell *whole = check->checked[i].cell, *without = whole + cell;
        const char *refusal = whole->refusal != NULL ? whole->refusal : without->refusal;

        if (refusal != NULL) {
            json_array_append_new(refused, json_pack("{s:o, s:o}", "scenario",
                                                     output_text(check->checked[i].scenario.path),
                                                     "why", output_text(refusal)));
        }
    }
    return refused;
}

static json_t *
taken_out_json(const struct taken_out *out, const struct check *check, unsigned cell)
{
    return json_pack(
        "{s:s, s:s, s:o, s:o, s:o}", "policy", out->without->text, "verdict",
        taken_out_only_worse(out)  ? "rarer"
        : taken_out_is_needed(out) ? "needed"
        : taken_out_is_open(out)   ? "inconclusive"
                                   : "not needed",
        "comparison",
        comparison_json(out->summary, check->scenarios, out->without->text, check->own[0].text),
        "example", example_json(out), "refused", refused_json(check, cell));
}

json_t *
necessary_json(const struct necessary *necessary)
{
    const struct check *check = necessary->check;
    json_t *choices = json_array();

    for (unsigned i = 0; i < necessary->count; i++) {
        const struct taken_out *out = &necessary->taken_out[i];
        const struct policy_choice *choice = out->choice;
        char is[8], was[8];
        json_t *json = json_pack(
            "{s:s, s:s, s:s}", "choice", choice->name, "value",
            policy_text_value(choice, policy_get(&check->own[0].policy, choice), is), "without",
            policy_text_value(choice, policy_get(&out->without->policy, choice), was));

        json_object_update_new(json, taken_out_json(out, check, i + 1));
        json_array_append_new(choices, json);
    }
    return json_pack(
        "{s:s, s:s, s:s, s:o, s:o*}", "schema", "tapweave-necessary/1", "policy",
        check->own[0].text, "base", necessary->base->text, "choices", choices, "together",
        necessary->together == NULL ? NULL
                                    : taken_out_json(&necessary->all, necessary->together, 1));
}
