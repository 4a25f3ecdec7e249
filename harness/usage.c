/* The commands: see usage.h. */
#include "harness/usage.h"

#include "harness/new/choices.h"

/* The answers to a question of 'new', and what each one means. */
#define ANSWERS(option, rows) "Answers to " option ":\n" rows(ANSWER)
#define ANSWER(word, text, ...) "  " word "\n      " text "\n"

const struct usage usage_of[COMMANDS] = {
    [COMMAND_CHECK] =
        {"check", "SCENARIO...\n--all-policies [SCENARIO...]\n-p POLICY [SCENARIO...]",
         "Decides every policy that the scenarios make claims about, and says which oracles each "
         "one violates, and whether every claim holds.  With -p: decides all scenarios, or those "
         "that are named, under one's own policy, and compares it with the one that it begins "
         "with.\v"
         "All scenarios are those of the folder that the environment's TAPWEAVE_SCENARIOS names, "
         "or of ./scenarios, or those that tapweave was built or installed with."},
    [COMMAND_MERGE] = {"merge", "FILE...",
                       "Puts the parts of a check together: the --json files of all parts that "
                       "'check --shard I/N' has decided.  Says and writes what one check of the "
                       "whole does.  The scenarios are read again."},
    [COMMAND_EXPLORE] = {"explore", "[-p POLICY] SCENARIO",
                         "One scenario under one policy in depth: counts, and a shortest "
                         "counterexample for each oracle.  Without -p it is the policy that "
                         "SCENARIO makes claims about, if that is one."},
    [COMMAND_EXPLAIN] = {"explain", "-p POLICY SCENARIO\nTRACE\n-p POLICY -s ACTORS SCENARIO",
                         "Says why a schedule goes wrong: after each step, how many of the runs "
                         "that go on from there do; what could have been done instead; and which "
                         "steps race.  Of a scenario alone it is a shortest counterexample."},
    [COMMAND_DIFF] =
        {"diff", "-p OLD -p NEW [SCENARIO...]",
         "Compares two policies in all scenarios, or in those that are named: which "
         "oracles are violated less or more often under the new one; and of one scenario, "
         "in which orders of milestones it goes wrong."},
    [COMMAND_NECESSARY] =
        {"necessary", "-p POLICY [SCENARIO...]",
         "Takes each choice of a policy out in turn, in all scenarios or in those "
         "that are named, and says what is violated more often without it, with "
         "a shortest example, or that nothing is."},
    [COMMAND_KEEP] = {"keep", "TRACE\n-p POLICY -s ACTORS SCENARIO",
                      "Makes a scenario with a claim of a schedule that goes wrong: what of its "
                      "scenario the schedule needs, and nothing else."},
    [COMMAND_NEW] = {"new", "FILE",
                     "Asks six questions, of a bug report, and writes a scenario to FILE, or to "
                     "standard output for -.  Options answer some of them, or all.\v" NEW_TABLES(
                         ANSWERS)},
    [COMMAND_REPLAY] = {"replay", "TRACE\n-p POLICY -s ACTORS SCENARIO",
                        "Forces one schedule, step by step."},
    [COMMAND_DRAW] = {"draw", "TRACE\n-p POLICY -s ACTORS SCENARIO\n--as states -p POLICY SCENARIO",
                      "Draws one schedule: who takes which step, what changes, and what is "
                      "violated; or the states of a small world."},
    [COMMAND_CONFORM] = {"conform", "[-p POLICY] SCENARIO...",
                         "Forces schedules on this machine's kernel, or a virtual machine's, or a "
                         "libvirtd, compared with the simulation after every step."},
    [COMMAND_OBSERVE] = {"observe", "--on libvirt SCENARIO",
                         "Runs a start, a stop, a failed start, a crash, and a restart of the "
                         "daemon on a real libvirtd, and says every call that touches names, "
                         "devices, ports and status files."},
    [COMMAND_EXPORT] = {"export", "promela|murphi -p POLICY SCENARIO",
                        "Writes one scenario under one policy as a model for another model "
                        "checker, which finds as many states and transitions: promela for SPIN, "
                        "murphi for Rumur."},
    [COMMAND_IMPORT] =
        {"import", "FILE...",
         "Says what was wrong on a host, and when first, whose device it was and "
         "who did it, by its records, each known by its content: the database of "
         "Open vSwitch, whose file is a dated journal of all ports, or what "
         "'ovsdb-tool show-log -mm' has printed of it; if it was recorded, what "
         "'ip -ts monitor link' has printed meanwhile; and logs of libvirtd, of its "
         "qemu hook, and of ovs-vswitchd.  And which policies explain it, by which schedule."},
    [COMMAND_WATCH] = {"watch", "",
                       "Says what goes wrong on this host, as it happens: a device on a row that "
                       "was made for another one, a port deleted while its device lives, a row "
                       "without a device, a tap in use without a port.  It follows the kernel's "
                       "devices and the database of Open vSwitch, and changes nothing."},
    [COMMAND_LIST] = {"list", "policies|oracles|operations|faults|machines\nscenarios [FOLDER]",
                      "Lists what there is to choose from."},
    [COMMAND_DESCRIBE] = {"describe", "bash|zsh|commands\nman [COMMAND]",
                          "Prints what other programs want to know of tapweave: completion, as a "
                          "script for bash or zsh; the names of its commands; or a man page, of "
                          "the program or of a command, as a text for scdoc."},
};

const char usage_of_all[] =
    "Enumerates the interleavings of guests that start and stop while tap names are reused.\v"
    "Commands:\n"
    "  check SCENARIO...           which policy violates what; whether claims hold\n"
    "  check -p POLICY             your own policy in all scenarios, and its base\n"
    "  merge FILE...               the parts of a check (check --shard), as a whole\n"
    "  explore -p POLICY SCENARIO  one cell in depth: counts, counterexamples\n"
    "  explain TRACE               why a schedule goes wrong\n"
    "  diff -p OLD -p NEW          what is better and what is worse under NEW\n"
    "  necessary -p POLICY         each choice taken out: what breaks without it\n"
    "  keep TRACE                  a schedule that goes wrong as a scenario\n"
    "  new FILE                    six questions, and a scenario of the answers\n"
    "  replay TRACE                force a schedule, step by step\n"
    "  draw TRACE                  a schedule as a picture or a text\n"
    "  conform SCENARIO...         schedules on a kernel or a libvirtd, compared\n"
    "  observe SCENARIO            what a libvirtd does, call by call\n"
    "  export FORMAT SCENARIO      one cell as a model for SPIN or Rumur\n"
    "  import FILE...              what was wrong on a host, by its records\n"
    "  watch                       what goes wrong on this host, as it happens\n"
    "  list policies|oracles|operations|faults|machines|scenarios\n"
    "  describe bash|zsh|man       completion, and man pages, for other programs\n"
    "\n"
    "tapweave COMMAND --help has the options of each.\n"
    "\n"
    "Exit status:\n"
    "  0   holds\n"
    "  1   violated (explore, replay: an oracle; check: a claim)\n"
    "  2   usage or bad input\n"
    "  3   inconclusive (a bound was reached, or it was interrupted)\n"
    "  4   a prerequisite is missing\n"
    "  5   simulation and reality diverge\n"
    "  70  internal error";
