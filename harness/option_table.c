/* Every option: see option_table.h. */
#include "harness/option_table.h"

#include "harness/new/choices.h"
#include "harness/options.h"

/* One of the answers, in the help of an option that gives it. */
#define NEW_OPTION_WORD(word, ...) " " word

/* One of the formats, in the help of --as. */
#define FORMAT_TEXT(name, text) "; " #name ": " text

#define IN(command) (1u << COMMAND_##command)
#define IN_ALL                                                                                   \
    (IN(CHECK) | IN(MERGE) | IN(EXPLORE) | IN(EXPLAIN) | IN(DIFF) | IN(NECESSARY) | IN(REPLAY) | \
     IN(CONFORM) | IN(OBSERVE) | IN(IMPORT) | IN(WATCH) | IN(LIST))

const struct option_row option_row[] = {
    {{"policy", KEY_POLICY, "POLICY", 0, "BASE[,CHOICE=VALUE]...: see 'tapweave list policies'", 0},
     IN(CHECK) | IN(EXPLORE) | IN(EXPLAIN) | IN(DIFF) | IN(NECESSARY) | IN(KEEP) | IN(NEW) |
         IN(REPLAY) | IN(DRAW) | IN(CONFORM) | IN(EXPORT)},
    {{"base", KEY_BASE, "POLICY", 0,
      "take choices back to what this policy has (default: the one that -p begins with, or "
      "libvirt-6.6)",
      0},
     IN(NECESSARY)},
    {{"as", KEY_AS, "FORMAT", 0,
      "draw in this format" DRAW_FORMATS(FORMAT_TEXT) DRAW_WORLD_FORMATS(FORMAT_TEXT), 0},
     IN(DRAW)},
    {{"output", KEY_OUTPUT, "FILE", 0, "write to FILE instead of standard output", 0},
     IN(DRAW) | IN(EXPORT) | IN(KEEP) | IN(DESCRIBE)},
    {{"schedule", KEY_SCHEDULE, "ACTORS", 0,
      "this schedule, the actors' names with blanks between, on the SCENARIO given", 0},
     IN(REPLAY) | IN(EXPLAIN) | IN(KEEP) | IN(DRAW)},
    {{"oracle", KEY_ORACLE, "ORACLE", 0,
      "what goes wrong: see 'tapweave list oracles' (default: a trace's, or the first one that is "
      "violated; of diff, all that have changed)",
      0},
     IN(DIFF) | IN(EXPLAIN) | IN(KEEP) | IN(NEW)},
    {{"network", KEY_NETWORK, "KIND", 0, "what the nics are on:" NEW_NETWORKS(NEW_OPTION_WORD), 0},
     IN(NEW)},
    {{"story", KEY_STORY, "WHAT", 0, "what happens to the guests:" NEW_STORIES(NEW_OPTION_WORD), 0},
     IN(NEW)},
    {{"names", KEY_NAMES, "HOW", 0, "how devices get their names:" NEW_NAMES(NEW_OPTION_WORD), 0},
     IN(NEW)},
    {{"beside", KEY_BESIDE, "WHAT", 0,
      "what else there is:" NEW_BESIDES(NEW_OPTION_WORD) "; or a fault of 'tapweave list faults'",
      0},
     IN(NEW)},
    {{"ways", KEY_WAYS, "N", 0,
      "of a scenario: the N shortest ways to go wrong, of which no two differ in the order of "
      "independent steps alone",
      0},
     IN(EXPLAIN)},
    {{"plain", KEY_PLAIN, 0, 0,
      "with --ways: only those in which nothing else goes wrong: no start fails, no fault strikes, "
      "no error is logged",
      0},
     IN(EXPLAIN)},
    {{"lasting", KEY_LASTING, 0, 0,
      "what lasts to the end: a whole run, and how many of those that go on end as it does", 0},
     IN(EXPLAIN)},
    {{"on", KEY_ON, "WORLD", 0,
      "where: sim, the simulated world (replay alone, its default); netns, this machine's kernel; "
      "libvirt, a libvirtd with QEMU on this machine's kernel; vm, a virtual machine with Debian's "
      "kernel (not of observe)",
      0},
     IN(REPLAY) | IN(CONFORM) | IN(OBSERVE)},
    {{"libvirtd", KEY_LIBVIRTD, "PATH", 0,
      "with --on libvirt: this libvirtd instead of the installed one", 0},
     IN(REPLAY) | IN(CONFORM) | IN(OBSERVE)},
    {{"kernel", KEY_KERNEL, "FOLDER", 0,
      "with --on vm: the kernel in this folder instead of that of 'make vm-deps'", 0},
     IN(REPLAY) | IN(CONFORM)},
    {{"datapath", KEY_DATAPATH, "KIND", 0,
      "give all Open vSwitch bridges this datapath, system or netdev, instead of their own", 0},
     IN(EXPLORE) | IN(EXPLAIN) | IN(REPLAY) | IN(DRAW) | IN(CONFORM) | IN(OBSERVE) | IN(EXPORT)},
    {{"guest", KEY_GUEST, "WHAT", 0,
      "what a guest is on this machine's kernel: process, a simple one (the default), or qemu", 0},
     IN(REPLAY) | IN(CONFORM)},
    {{"hold", KEY_HOLD, 0, 0,
      "not with --on sim: leave the world as the schedule left it, to be looked at, until a line "
      "or "
      "the end of standard input",
      0},
     IN(REPLAY)},
    {{"cover", KEY_COVER, "WHAT", 0,
      "transitions: schedules that walk every transition (the default); interleavings: all of "
      "them; network: fewer, that walk one of the transitions that are the same to the network",
      0},
     IN(CONFORM)},
    {{"jobs", KEY_JOBS, "N", 0,
      "how many run side by side: searches, or threads of a large one (default: one for each "
      "processor), or, of conform, at most so many sandboxes (default 16)",
      0},
     IN(CHECK) | IN(EXPLORE) | IN(EXPLAIN) | IN(DIFF) | IN(NECESSARY) | IN(CONFORM)},
    {{"all-policies", KEY_ALL, 0, 0, "run every named policy, not only those with claims", 0},
     IN(CHECK)},
    {{"matrix", KEY_MATRIX, 0, 0,
      "print the table of every scenario, with its counts, and where policies fail", 0},
     IN(CHECK) | IN(MERGE) | IN(DIFF) | IN(NECESSARY)},
    {{"orders", KEY_ORDERS, 0, 0,
      "of each scenario, in which orders of milestones it goes wrong, with examples; of one "
      "scenario, more of them",
      0},
     IN(DIFF)},
    {{"traces", KEY_TRACES, "FOLDER", 0,
      "write each counterexample to FOLDER/ORACLE.json; FOLDER is made if it is not there", 0},
     IN(EXPLORE)},
    {{"links", KEY_LINKS, "FILE", 0,
      "what 'ip -ts monitor link' has printed: read FILE as that, without a look at its content",
      0},
     IN(IMPORT)},
    {{"scenario", KEY_SCENARIO, "FILE", 0,
      "look for a schedule of the model that explains the first finding, under each named policy, "
      "and write its scenario to FILE",
      0},
     IN(IMPORT)},
    {{"trace", KEY_TRACE, "FILE", 0, "and write the schedule to FILE, for replay", 0}, IN(IMPORT)},
    {{"name", KEY_NAME, "DEVICE", 0,
      "explain what became of this device's name instead, whether or not it was wrong", 0},
     IN(IMPORT)},
    {{"db", KEY_DB, "PATH", 0,
      "the socket of Open vSwitch's database (default: db.sock in OVS_RUNDIR, or in "
      "/var/run/openvswitch)",
      0},
     IN(WATCH)},
    {{"journal", KEY_JOURNAL, "FILE", 0,
      "the database's file, in which it says who changes it (default, without --db: conf.db in "
      "OVS_DBDIR, or in /etc/openvswitch, if it can be read)",
      0},
     IN(WATCH)},
    {{"for", KEY_FOR, "SECONDS", 0, "end after SECONDS (default: at SIGINT or SIGTERM)", 0},
     IN(WATCH)},
    {{"prom", KEY_PROM, "FILE", 0,
      "write metrics to FILE, at each change and each 10 s, for node_exporter's textfile collector",
      0},
     IN(WATCH)},
    {{"json", KEY_JSON, "FILE", 0,
      "write the result as JSON; - for standard output, and nothing else there", 0},
     IN_ALL},
    {{"report", KEY_REPORT, "FORMAT[=FILE]", 0,
      "write the result for other programs, as often as it is given: junit, ktap, gitlab (code "
      "quality), github (annotations), sarif or html (a page for people); without FILE to standard "
      "output",
      0},
     IN(CHECK) | IN(MERGE) | IN(EXPLORE)},
    {{"baseline", KEY_BASELINE, "FILE", 0,
      "fail only on what is worse than in this earlier result (--json)", 0},
     IN(CHECK) | IN(MERGE)},
    {{"shard", KEY_SHARD, "I/N", 0,
      "decide part I of N, from 1, and write that with --json, for merge; 1/1 is all, whatever the "
      "environment says",
      0},
     IN(CHECK)},
    {{"reduce", KEY_REDUCE, "WHAT", 0,
      "guests: of states that differ in who is who of guests that are alike, keep one (the "
      "default); none: keep all.  A complete search says the same.  order, or guests,order: take a "
      "step alone where that decides the same: verdicts without counts",
      1},
     IN(CHECK) | IN(EXPLORE)},
    {{"audit", KEY_AUDIT, 0, 0,
      "search with and without reductions, and compare: a difference is an internal error", 1},
     IN(CHECK) | IN(EXPLORE)},
    {{"fair", KEY_FAIR, 0, 0,
      "of rounds without a bound: whether a command may be overtaken for ever, and what no fair "
      "run avoids (without reductions); of explain, the command that may be",
      1},
     IN(EXPLORE) | IN(EXPLAIN)},
    {{"more-guests", KEY_MORE_GUESTS, 0, 0,
      "of rounds without a bound: what is never violated by any number of such guests", 1},
     IN(EXPLORE)},
    {{"max-states", KEY_STATES, "N", 0, "end a search, inconclusive, after N states", 1},
     IN(CHECK) | IN(EXPLORE) | IN(EXPLAIN) | IN(DIFF) | IN(NECESSARY) | IN(KEEP) | IN(CONFORM) |
         IN(EXPORT) | IN(IMPORT)},
    {{"max-memory", KEY_MEMORY, "SIZE", 0,
      "end a search, inconclusive, that needs more than SIZE bytes (K, M, G; default 4G)", 1},
     IN(CHECK) | IN(EXPLORE) | IN(EXPLAIN) | IN(DIFF) | IN(NECESSARY) | IN(KEEP) | IN(CONFORM) |
         IN(EXPORT) | IN(IMPORT)},
    {{"timeout", KEY_TIMEOUT, "SECONDS", 0, "end a search, inconclusive, after SECONDS", 1},
     IN(CHECK) | IN(EXPLORE) | IN(EXPLAIN) | IN(DIFF) | IN(NECESSARY) | IN(KEEP) | IN(CONFORM) |
         IN(EXPORT) | IN(IMPORT)},
    {{"max-time", KEY_MAX_TIME, "SECONDS", 0, "end all of it, inconclusive, after SECONDS", 1},
     IN(CHECK)},
    {{"estimate", KEY_ESTIMATE, 0, 0,
      "search a million states, or --max-states, and estimate how many there are", 1},
     IN(EXPLORE)},
    {{"checkpoint", KEY_CHECKPOINT, "FILE", 0,
      "save the search to FILE each minute, and where it ends early", 1},
     IN(EXPLORE)},
    {{"checkpoint-every", KEY_EVERY, "SECONDS", 0, "and not each minute", 1}, IN(EXPLORE)},
    {{"resume", KEY_RESUME, "FILE", 0, "go on with the search that was saved to FILE", 1},
     IN(EXPLORE)},
    {{"sample", KEY_SAMPLE, "STRATEGY", 0,
      "no search, but walks by chance: random, each actor as likely as any other; pct, by "
      "priorities, with a guarantee for violations of a small depth",
      2},
     IN(EXPLORE)},
    {{"walks", KEY_WALKS, "N", 0, "with --sample: so many (default 10000)", 2}, IN(EXPLORE)},
    {{"seed", KEY_SEED, "N", 0, "with --sample: other walks for each N (default 1)", 2},
     IN(EXPLORE)},
    {{"depth", KEY_DEPTH, "D", 0,
      "with --sample pct: find violations that D constraints make (default 3)", 2},
     IN(EXPLORE)},
    {{"preemptions", KEY_PREEMPTIONS, "C", 0,
      "search every interleaving with at most C steps of an actor that come while the actor before "
      "still has one; with --sample random, walks of that kind",
      2},
     IN(EXPLORE)},
    {{"max-steps", KEY_STEPS, "N", 0, "with --sample: end a walk after N steps (default 4096)", 2},
     IN(EXPLORE)},
    {{"colour", KEY_COLOUR, "WHEN", 0, "auto (the default), always or never", 1}, IN_ALL},
    {{"color", KEY_COLOUR, "WHEN", OPTION_HIDDEN, NULL, 1}, IN_ALL},
};

const unsigned option_rows = sizeof option_row / sizeof *option_row;
_Static_assert(sizeof option_row / sizeof *option_row <= OPTION_ROWS, "no more rows than that");
