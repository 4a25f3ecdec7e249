/* Parts of a check: see shard.h. */
#include "harness/shard.h"

#include "harness/option_value.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 65536 /* parts */ };

bool
shard_read(struct shard *shard, const char *text, struct diagnostic *diagnostic)
{
    char *slash, *end;
    unsigned long index = strtoul(text, &slash, 10), of = 0;

    if (isdigit((unsigned char)text[0]) && slash[0] == '/' && isdigit((unsigned char)slash[1])) {
        of = strtoul(slash + 1, &end, 10);
        of = *end == '\0' ? of : 0;
    }
    if (index < 1 || index > of || of > MOST) {
        option_bad(diagnostic, "--shard", text, "it has to be I/N, with I from 1 to N", "");
        return false;
    }
    *shard = (struct shard){(unsigned)index, (unsigned)of, "--shard"};
    return true;
}

/* Who says which part it is, and by which variables. */
struct source {
    const char *index, *of;
    const char *first, *step;  /* what the first index is, and the step to the next one; NULL: */
    unsigned from;             /* it is this one, and the step is 1 */
    const char *job, *job_too; /* what tells one start from another; NULL */
};

static const struct source jobs[] = {
    {.index = "CI_NODE_INDEX", .of = "CI_NODE_TOTAL", .from = 1},
    {.index = "SLURM_ARRAY_TASK_ID",
     .of = "SLURM_ARRAY_TASK_COUNT",
     .first = "SLURM_ARRAY_TASK_MIN",
     .step = "SLURM_ARRAY_TASK_STEP"},
};

/* In a batch script Slurm sets SLURM_PROCID and SLURM_NTASKS, too: only srun says how many tasks
 * there are in a step.  Where mpirun uses srun, that one starts its daemons, so mpirun is first. */
static const struct source processes[] = {
    {.index = "OMPI_COMM_WORLD_RANK",
     .of = "OMPI_COMM_WORLD_SIZE",
     .job = "PMIX_NAMESPACE",
     .job_too = "OMPI_MCA_ess_base_jobid"},
    {.index = "SLURM_PROCID",
     .of = "SLURM_STEP_NUM_TASKS",
     .job = "SLURM_JOB_ID",
     .job_too = "SLURM_STEP_ID"},
};

/* The number that a variable has; false if it is not set.  With a diagnostic if it has none. */
static bool
number(const char *name, unsigned *value, struct diagnostic *diagnostic)
{
    const char *text = name == NULL ? NULL : getenv(name);
    char *end;
    unsigned long read;

    if (text == NULL || text[0] == '\0') {
        return false;
    }
    read = strtoul(text, &end, 10);
    if (!isdigit((unsigned char)text[0]) || *end != '\0' || read > INT32_MAX) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                        "the environment's %s '%s': it has to be a whole number; --shard I/N says "
                        "it instead",
                        name, text);
    }
    *value = (unsigned)read;
    return true;
}

/* The first source that says something.  NULL if none does, or with a diagnostic. */
static const struct source *
find(const struct source *sources, size_t count, struct shard *shard, struct diagnostic *diagnostic)
{
    *shard = (struct shard){1, 1, NULL};
    for (size_t i = 0; i < count && diagnostic->status == EXIT_HOLDS; i++) {
        const struct source *source = &sources[i];
        unsigned index, of, first = source->from, step = 1;

        if (!number(source->index, &index, diagnostic) || !number(source->of, &of, diagnostic)) {
            continue;
        }
        (void)number(source->first, &first, diagnostic);
        (void)number(source->step, &step, diagnostic);
        if (of > MOST || step == 0 || index < first || (index - first) % step != 0 ||
            (index - first) / step >= of) {
            diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                     "the environment's %s %u is none of %s %u parts in equal steps; --shard I/N "
                     "says it instead",
                     source->index, index, source->of, of);
            return NULL;
        }
        *shard = (struct shard){(index - first) / step + 1, of, source->index};
        return source;
    }
    return NULL;
}

bool
shard_of_jobs(struct shard *shard, struct diagnostic *diagnostic)
{
    (void)find(jobs, sizeof jobs / sizeof *jobs, shard, diagnostic);
    return diagnostic->status == EXIT_HOLDS;
}

bool
shard_of_processes(struct shard *shard, char job[SHARD_JOB_SIZE], struct diagnostic *diagnostic)
{
    const struct source *source =
        find(processes, sizeof processes / sizeof *processes, shard, diagnostic);
    const char *one = source == NULL ? NULL : getenv(source->job);
    const char *other = source == NULL ? NULL : getenv(source->job_too);

    snprintf(job, SHARD_JOB_SIZE, "%s-%s", one == NULL ? "" : one, other == NULL ? "" : other);
    for (char *at = job; *at != '\0'; at++) { /* it becomes a part of a file's name */
        if (!isalnum((unsigned char)*at)) {
            *at = '-';
        }
    }
    return diagnostic->status == EXIT_HOLDS;
}

/* The first cell of each cell's unit, in `first`. */
static void
find_units(const struct checked *checked, bool pair, unsigned *first)
{
    bool changed = true;

    for (unsigned i = 0; i < checked->cells; i++) {
        first[i] = pair ? 0 : i;
    }
    while (changed) { /* each time one becomes less */
        changed = false;
        for (unsigned i = 0; i < checked->scenario.claims; i++) {
            const struct scenario_claim *claim = &checked->scenario.claim[i];
            unsigned *a = &first[claim->policy], *b = &first[claim->than];

            if (claim->kind >= CLAIM_RARER && *a != *b) {
                *a = *b = *a < *b ? *a : *b;
                changed = true;
            }
        }
    }
}

void
shard_take(struct check *check, const struct shard *shard)
{
    unsigned units = 0;

    for (unsigned i = 0; i < check->scenarios; i++) {
        struct checked *checked = &check->checked[i];
        unsigned first[SCENARIO_MAX_POLICIES + POLICY_MAX_NAMED];
        bool left[SCENARIO_MAX_POLICIES + POLICY_MAX_NAMED];

        find_units(checked, check->policy != NULL, first);
        for (unsigned j = 0; j < checked->cells; j++) {
            struct cell *cell = &checked->cell[j];

            if (first[j] != j) {
                cell->elsewhere = left[first[j]];
            } else if (!cell->elsewhere) {
                cell->elsewhere = units++ % shard->of != shard->index - 1;
            }
            left[j] = cell->elsewhere;
        }
    }
}
