/* A cell as a model for Rumur: see export.h.
 *
 * A field of the state is a variable.  What an actor does is a tree of switches (sim/decision.h),
 * learned in all states; where it ends without a leaf, no state has been, and the model says so. */
#include "harness/export/export.h"
#include "harness/walk.h"
#include "sim/initial.h"
#include "sim/learn.h"

#include <assert.h>
#include <string.h>

enum { NAME = 64, INDENT = 1 };

struct model {
    FILE *out;
    const struct cell *cell;
    struct decisions decisions;
    char name[sizeof(struct state)][NAME]; /* of the variables, by their offsets; "": a constant */
};

static const char head[] =
    " *\n"
    " * Rumur searches, and needs nothing else of tapweave:\n"
    " *\n"
    " *     rumur --deadlock-detection off -o model.c MODEL.m\n"
    " *     cc -O2 -mcx16 -o model model.c -pthread -latomic\n"
    " *     ./model\n"
    " *\n"
    " * Its rules fired are the transitions.  A set of oracles is a number.  Those that are never\n"
    " * violated are asserted, and those that are violated are to be covered: without an error, "
    "all\n"
    " * verdicts are the same. */\n\n";

/* ---- variables ---- */

/* A path in C as a word: control.phase, 1 is control_phase_1. */
static void
name_field(char name[NAME], const char *path, unsigned index)
{
    size_t used = 0;

    for (; *path != '\0'; path++) {
        assert(used + 8 < NAME);
        if (*path == '.' || *path == '[') {
            name[used++] = '_';
        } else if (*path != ']') {
            name[used++] = *path;
        }
    }
    snprintf(name + used, NAME - used, "_%u", index);
}

static void
write_variables(struct model *model)
{
    const struct field *field;

    fprintf(model->out, "var\n");
    for (unsigned row = 0; (field = field_at(row)) != NULL; row++) {
        unsigned first, count;

        field_used(field, &model->cell->world, &first, &count);
        for (unsigned i = first; i < first + count; i++) {
            size_t offset = field->offset + (size_t)i * field->stride;
            unsigned largest = model->decisions.limits.largest[offset];

            if (largest > 0) {
                name_field(model->name[offset], field->name, i);
                fprintf(model->out, "  %s: 0 .. %u;\n", model->name[offset], largest);
            }
        }
    }
}

static void
write_start(const struct model *model)
{
    struct state state;

    initial_state(&model->cell->world, &state);
    fprintf(model->out, "startstate begin\n");
    for (size_t offset = 0; offset < sizeof state; offset++) {
        if (model->name[offset][0] != '\0') {
            fprintf(model->out, "  %s := %u;\n", model->name[offset],
                    ((const uint8_t *)&state)[offset]);
        }
    }
    fprintf(model->out, "endstartstate;\n\n");
}

/* ---- trees ---- */

typedef void write_leaf(const struct model *model, const struct decision_leaf *leaf,
                        unsigned depth);

/* Has an actor a step wherever that child leads to?  What else it reads is for the step itself. */
static bool
always_steps(const struct model *model, int32_t at)
{
    const struct decision_node *node;

    if (at < 0) {
        return (model->decisions.leaf[-at - 1].said & LEARN_STEPS) != 0;
    }
    assert(at != 0);
    node = &model->decisions.node[at - 1];
    for (unsigned value = 0; value < node->values; value++) {
        int32_t child = model->decisions.child[node->first + value];

        if (child != 0 && !always_steps(model, child)) {
            return false;
        }
    }
    return true;
}

static void
write_enabled(const struct model *model, const struct decision_leaf *leaf, unsigned depth)
{
    fprintf(model->out, "%*sreturn %s;\n", (int)(INDENT * depth), "",
            (leaf->said & LEARN_STEPS) != 0 ? "true" : "false");
}

/* The one value of that byte that any state has had there, where there is but one; or -1. */
static int
only_value(const struct model *model, const struct decision_node *node)
{
    int only = -1;

    for (unsigned value = 0; value < node->values; value++) {
        if (model->decisions.child[node->first + value] != 0) {
            if (only >= 0) {
                return -1;
            }
            only = (int)value;
        }
    }
    return only;
}

/* What is the same in all states that come here, in one condition.  Returns what follows. */
static int32_t
write_given(const struct model *model, int32_t at, unsigned depth)
{
    bool begun = false;

    while (at > 0) {
        const struct decision_node *node = &model->decisions.node[at - 1];
        int value = only_value(model, node);

        if (value < 0) {
            break;
        }
        fprintf(model->out, "%*s%s%s = %d", begun ? 0 : (int)(INDENT * depth), "",
                begun ? " & " : "if !(", model->name[node->offset], value);
        begun = true;
        at = model->decisions.child[node->first + (unsigned)value];
    }
    if (begun) {
        fprintf(model->out, ") then error \"no state has this\"; endif;\n");
    }
    return at;
}

/* The tree from that child on.  The depth is bounded by the fields that a function reads. */
static void
write_tree(const struct model *model, int32_t at, unsigned depth, write_leaf *leaf)
{
    const struct decision_node *node;

    if (leaf == write_enabled && always_steps(model, at)) {
        fprintf(model->out, "%*sreturn true;\n", (int)(INDENT * depth), "");
        return;
    }
    assert(at != 0); /* every function has been called */
    at = write_given(model, at, depth);
    if (at < 0) {
        leaf(model, &model->decisions.leaf[-at - 1], depth);
        return;
    }
    node = &model->decisions.node[at - 1];
    fprintf(model->out, "%*sswitch %s\n", (int)(INDENT * depth), "", model->name[node->offset]);
    for (unsigned value = 0; value < node->values; value++) {
        int32_t child = model->decisions.child[node->first + value];

        if (child != 0) {
            fprintf(model->out, "%*scase %u:\n", (int)(INDENT * depth), "", value);
            write_tree(model, child, depth + 1, leaf);
        }
    }
    fprintf(model->out, "%*selse error \"no state has this\";\n%*sendswitch;\n",
            (int)(INDENT * depth), "", (int)(INDENT * depth), "");
}

static void
write_step(const struct model *model, const struct decision_leaf *leaf, unsigned depth)
{
    const struct decision_write *write = &model->decisions.write[leaf->first];
    uint32_t objections = leaf->said & (LEARN_STEPS - 1u);

    if (objections != 0) {
        fprintf(model->out, "%*sassert (%u & never) = 0 \"oracle\";\n", (int)(INDENT * depth), "",
                objections);
    }
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if ((objections >> oracle & 1) != 0) {
            fprintf(model->out, "%*scover true \"%s\";\n", (int)(INDENT * depth), "",
                    oracle_name(oracle));
        }
    }
    for (unsigned i = 0; i < leaf->writes; i++) {
        fprintf(model->out, "%*s%s := %u;\n", (int)(INDENT * depth), "",
                model->name[write[i].offset], write[i].value);
    }
}

static void
write_objections(const struct model *model, const struct decision_leaf *leaf, unsigned depth)
{
    fprintf(model->out, "%*sreturn %u;\n", (int)(INDENT * depth), "", leaf->said);
}

/* What leaves of that tree say in all. */
static uint32_t
all_said(const struct model *model, int32_t at)
{
    const struct decision_node *node;
    uint32_t said = 0;

    if (at <= 0) {
        return at == 0 ? 0 : model->decisions.leaf[-at - 1].said;
    }
    node = &model->decisions.node[at - 1];
    for (unsigned value = 0; value < node->values; value++) {
        said |= all_said(model, model->decisions.child[node->first + value]);
    }
    return said;
}

/* One of the ways in which states are judged: a function that says a set, of what states it is
 * asked, and the constant that says what it never says; and what is to be covered. */
struct judge {
    const char *function, *given, *never, *suffix;
    uint32_t covered;
};

static void
write_judge(const struct model *model, struct judge judge)
{
    fprintf(model->out, "invariant \"oracle\" !(%s) | (%s() & %s) = 0;\n", judge.given,
            judge.function, judge.never);
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if ((judge.covered & ORACLE_BIT(oracle)) != 0) {
            fprintf(model->out, "cover \"%s%s\" (%s) & (%s() & %u) != 0;\n", oracle_name(oracle),
                    judge.suffix, judge.given, judge.function, ORACLE_BIT(oracle));
        }
    }
}

/* The oracles that are never violated, or, lasting, those of ORACLES_THAT_LAST. */
static uint32_t
never(const struct cell *cell, bool lasting)
{
    uint32_t set = 0;

    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        bool judged = !lasting || (ORACLES_THAT_LAST & ORACLE_BIT(oracle)) != 0;

        if (judged && !cell_verdict(cell, oracle, lasting)->violated) {
            set |= ORACLE_BIT(oracle);
        }
    }
    return set;
}

static void
write_oracles(const struct model *model)
{
    const struct world *world = &model->cell->world;
    int32_t states = model->decisions.root[learn_states(world)];
    int32_t ends = model->decisions.root[learn_ends(world)];
    FILE *out = model->out;

    fprintf(out, "function violated(): 0 .. 65535;\nbegin\n");
    write_tree(model, states, 1, write_objections);
    fprintf(out, "end;\n\nfunction violated_at_end(): 0 .. 65535;\nbegin\n");
    write_tree(model, ends, 1, write_objections);
    fprintf(out, "end;\n\nfunction is_last(): boolean;\nbegin\n  return true");
    for (unsigned actor = 0; actor < actor_count(world); actor++) {
        fprintf(out, " & !has_step_%u()", actor);
    }
    fprintf(out, ";\nend;\n\n");
    write_judge(model, (struct judge){"violated", "true", "never", "", all_said(model, states)});
    write_judge(model,
                (struct judge){"violated_at_end", "is_last()", "never", "", all_said(model, ends)});
    write_judge(model, (struct judge){"violated", "is_last()", "never_lasting", "-lasting",
                                      ORACLES_THAT_LAST & ~never(model->cell, true)});
}

static void
write_actor(const struct model *model, unsigned actor)
{
    char name[WALK_ACTOR_SIZE];
    FILE *out = model->out;
    int32_t root = model->decisions.root[actor];

    fprintf(out, "function has_step_%u(): boolean;\nbegin\n", actor);
    write_tree(model, root, 1, write_enabled);
    fprintf(out, "end;\n\nprocedure take_step_%u();\nbegin\n", actor);
    write_tree(model, root, 1, write_step);
    fprintf(out, "end;\n\nrule \"%s\" has_step_%u() ==> begin take_step_%u(); endrule;\n\n",
            walk_actor_name(model->cell->scenario, &model->cell->world, actor, name), actor, actor);
}

bool
export_murphi(FILE *out, const struct cell *cell)
{
    static struct model model;
    struct allowance allowance = {SIZE_MAX / 2};
    bool learned;

    memset(&model, 0, sizeof model);
    model.out = out;
    model.cell = cell;
    learned = learn_world(&cell->world, &model.decisions, &allowance);
    if (learned) {
        export_title(out, cell);
        fputs(head, out);
        fprintf(out, "const\n  never: %u;\n  never_lasting: %u;\n\n", never(cell, false),
                never(cell, true));
        write_variables(&model);
        write_start(&model);
        for (unsigned actor = 0; actor < actor_count(&cell->world); actor++) {
            write_actor(&model, actor);
        }
        write_oracles(&model);
    }
    decisions_close(&model.decisions);
    return learned;
}
