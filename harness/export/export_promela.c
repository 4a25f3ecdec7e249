/* A cell as a model for SPIN: see export.h.
 *
 * SPIN's state is the packed state alone, and its one process stands at the same place all the
 * time: it finds as many states, and one more, before the world begins. */
#include "harness/export/export.h"

#include "harness/walk.h"
#include "sim/actor.h"
#include "sim/packed_world.h"

enum { BYTES_A_LINE = 20 };

static const char head[] =
    " *\n"
    " * SPIN searches, and the steps are those of the tapweave that has written this. In its "
    "folder,\n"
    " * after `make`:\n"
    " *\n"
    " *     spin -a MODEL.pml\n"
    " *     cc -O2 -DSAFETY -DNOREDUCE -I. -o pan pan.c build/library.a\n"
    " *     ./pan -m1000000 -n\n"
    " *\n"
    " * SPIN stores one state more, that before the world begins. Its stored and matched states\n"
    " * are together two more than the transitions: the step from there, and the first state, to\n"
    " * which no step leads.\n"
    " *\n"
    " * Oracles are assertions. The environment's ORACLE names the one that is judged, or one of\n"
    " * those that last, as lost-attachment-lasting, or any. Without it, none is. */\n\n";

static const char world_begins[] = "c_decl {\n"
                                   "\\#include \"sim/packed_world.h\"\n"
                                   "    static const unsigned char world_bytes[] = {";

/* SPIN takes a call for a side effect, and a name for none. */
static const char world_ends[] = "\n    };\n"
                                 "    static struct packed_world world;\n"
                                 "    static packed_violations wanted, violated;\n"
                                 "    /* The actor has a step to take. */\n";
static const char may_step[] =
    "\\#define MAY_STEP_%u packed_world_enabled(&world, now.state, %u)\n";

static const char process_begins[] =
    "}\n"
    "c_state \"uint64_t state[%u]\" \"Global\"\n\n"
    "#define STEP(actor) \\\n"
    "    d_step { \\\n"
    "        c_expr { MAY_STEP_##actor } -> \\\n"
    "        c_code { violated = packed_world_step(&world, now.state, actor, wanted); }; \\\n"
    "        c_code [violated == 0] { ; } \\\n"
    "    }\n\n"
    "active proctype world_runs()\n"
    "{\n"
    "    d_step {\n"
    "        c_code {\n"
    "            packed_world_open(&world, world_bytes, sizeof world_bytes);\n"
    "            packed_world_begin(&world, now.state);\n"
    "            wanted = packed_world_wanted(getenv(\"ORACLE\"));\n"
    "            violated = packed_world_judge(&world, now.state, wanted);\n"
    "        };\n"
    "        c_code [violated == 0] { ; }\n"
    "    }\n"
    "end:\n"
    "    do\n";

static void
write_bytes(FILE *out, const void *bytes, size_t size)
{
    const uint8_t *byte = bytes;

    for (size_t i = 0; i < size; i++) {
        fprintf(out, "%s%u,", i % BYTES_A_LINE == 0 ? "\n        " : "", byte[i]);
    }
}

bool
export_promela(FILE *out, const struct cell *cell)
{
    unsigned actors = actor_count(&cell->world);
    struct layout layout;

    layout_make(&layout, &cell->world);
    export_title(out, cell);
    fputs(head, out);
    fputs(world_begins, out);
    write_bytes(out, &cell->world, sizeof cell->world);
    fputs(world_ends, out);
    for (unsigned actor = 0; actor < actors; actor++) {
        fprintf(out, may_step, actor, actor);
    }
    fprintf(out, process_begins, layout.words);
    for (unsigned actor = 0; actor < actors; actor++) {
        char name[WALK_ACTOR_SIZE];

        fprintf(out, "    :: STEP(%u) /* %s */\n", actor,
                walk_actor_name(cell->scenario, &cell->world, actor, name));
    }
    fputs("    od\n}\n", out);
    return true;
}
