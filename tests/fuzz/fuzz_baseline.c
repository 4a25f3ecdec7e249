/* An earlier result, which a check is compared with: of a scenario and its policies. */
#include "harness/baseline.h"
#include "tests/fuzz/reader.h"

static void
compare(const struct baseline *baseline, const struct scenario *scenario)
{
    for (unsigned i = 0; i < scenario->policies; i++) {
        const struct scenario_policy *policy = &scenario->policy[i];
        struct cell cell, then;

        cell_begin(&cell, scenario, policy->text, &policy->policy);
        if (baseline_cell(baseline, &cell, &then) == BASELINE_VERDICTS) {
            (void)cell_violated(&then);
            (void)cell_undecided(&then);
            cell_free(&then);
        }
        (void)baseline_failed(baseline, &cell, "lost-attachment", "sometimes");
        cell_free(&cell);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct diagnostic diagnostic = {EXIT_HOLDS, ""};
    struct baseline baseline;
    const bool read = baseline_open(&baseline, fuzz_file(0, bytes, size), &diagnostic);

    fuzz_expect(read, &diagnostic);
    if (read) {
        compare(&baseline, fuzz_scenario("scenarios/exists-check.yaml"));
        compare(&baseline, fuzz_scenario("scenarios/any-number.yaml"));
    }
    baseline_close(&baseline);
    return 0;
}
