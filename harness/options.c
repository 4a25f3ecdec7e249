/* The command line: see options.h. */
#include "harness/options.h"

#include "harness/print.h"
#include "harness/usage.h"

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define VERSION "tapweave 0.1"

enum key {
    KEY_POLICY = 'p',
    KEY_SCHEDULE = 's',
    KEY_OUTPUT = 'o',
    KEY_JSON = 256,
    KEY_TRACES,
    KEY_ON,
    KEY_GUEST,
    KEY_ALL,
    KEY_MATRIX,
    KEY_STATES,
    KEY_MEMORY,
    KEY_TIMEOUT,
    KEY_COLOUR,
    KEY_COVER,
    KEY_JOBS,
    KEY_DATAPATH,
    KEY_HOLD,
    KEY_LIBVIRTD,
    KEY_KERNEL,
    KEY_REDUCE,
    KEY_AUDIT,
};

/* Every option, and the commands that take it. */
#define IN(command) (1u << COMMAND_##command)
#define IN_ALL (IN(CHECK) | IN(EXPLORE) | IN(REPLAY) | IN(CONFORM) | IN(OBSERVE) | IN(LIST))
static const struct {
    struct argp_option option;
    unsigned commands;
} table[] = {
    {{"policy", KEY_POLICY, "POLICY", 0, "BASE[,CHOICE=VALUE]...: see 'tapweave list policies'", 0},
     IN(CHECK) | IN(EXPLORE) | IN(REPLAY) | IN(CONFORM) | IN(EXPORT)},
    {{"output", KEY_OUTPUT, "FILE", 0, "write to FILE instead of standard output", 0}, IN(EXPORT)},
    {{"schedule", KEY_SCHEDULE, "ACTORS", 0,
      "replay this schedule, the actors' names with blanks between, on the SCENARIO given", 0},
     IN(REPLAY)},
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
     IN(EXPLORE) | IN(REPLAY) | IN(CONFORM) | IN(OBSERVE) | IN(EXPORT)},
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
     IN(CHECK) | IN(EXPLORE) | IN(CONFORM)},
    {{"all-policies", KEY_ALL, 0, 0, "run every named policy, not only those with claims", 0},
     IN(CHECK)},
    {{"matrix", KEY_MATRIX, 0, 0,
      "print the table of every scenario, with its counts, and where policies fail", 0},
     IN(CHECK)},
    {{"traces", KEY_TRACES, "FOLDER", 0, "write each counterexample to FOLDER/ORACLE.json", 0},
     IN(EXPLORE)},
    {{"json", KEY_JSON, "FILE", 0,
      "write the result as JSON; - for standard output, and nothing else there", 0},
     IN_ALL},
    {{"reduce", KEY_REDUCE, "WHAT", 0,
      "guests: of states that differ in who is who of guests that are alike, keep one (the "
      "default); none: keep all.  A complete search says the same",
      1},
     IN(CHECK) | IN(EXPLORE)},
    {{"audit", KEY_AUDIT, 0, 0,
      "search with and without reductions, and compare: a difference is an internal error", 1},
     IN(CHECK) | IN(EXPLORE)},
    {{"max-states", KEY_STATES, "N", 0, "end a search, inconclusive, after N states", 1},
     IN(CHECK) | IN(EXPLORE) | IN(CONFORM) | IN(EXPORT)},
    {{"max-memory", KEY_MEMORY, "SIZE", 0,
      "end a search, inconclusive, that needs more than SIZE bytes (K, M, G; default 4G)", 1},
     IN(CHECK) | IN(EXPLORE) | IN(CONFORM) | IN(EXPORT)},
    {{"timeout", KEY_TIMEOUT, "SECONDS", 0, "end a search, inconclusive, after SECONDS", 1},
     IN(CHECK) | IN(EXPLORE) | IN(CONFORM) | IN(EXPORT)},
    {{"colour", KEY_COLOUR, "WHEN", 0, "auto (the default), always or never", 1}, IN_ALL},
    {{"color", KEY_COLOUR, "WHEN", OPTION_HIDDEN, NULL, 1}, IN_ALL},
};
enum { TABLE = sizeof table / sizeof *table };

/* What the parser's callback fills. */
struct parse {
    struct options *options;
    struct diagnostic *diagnostic;
};

static void
bad_value(struct parse *parse, const char *option, const char *value, const char *wanted,
          const char *hint)
{
    diagnose(parse->diagnostic, EXIT_BAD_INPUT, NULL, 0, 0, "%s '%s': %s%s", option, value, wanted,
             hint);
}

/* The index of the value among the words; 0 with a diagnostic if it is none of them. */
static unsigned
read_word(struct parse *parse, const char *option, const char *value, const char *const *words,
          unsigned count, const char *wanted)
{
    char hint[96];

    for (unsigned i = 0; i < count; i++) {
        if (strcmp(value, words[i]) == 0) {
            return i;
        }
    }
    bad_value(parse, option, value, wanted, diagnostic_near_hint(value, words, count, hint));
    return 0;
}

/* A number from 1 to `most`, with K, M or G behind it if `sized`; 0 with a diagnostic if it is
 * none. */
static uint64_t
read_size(struct parse *parse, const char *option, const char *text, bool sized, uint64_t most,
          const char *wanted)
{
    unsigned shift = 0;
    uint64_t number;
    char *end;

    errno = 0;
    number = strtoull(text, &end, 10);
    if (sized && *end != '\0') {
        shift = *end == 'K' ? 10 : *end == 'M' ? 20 : *end == 'G' ? 30 : 64;
        end++;
    }
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || shift == 64 ||
        number > most >> shift || number == 0) {
        bad_value(parse, option, text, wanted, "");
        return 0;
    }
    return number << shift;
}

/* The options that are numbers. */
static error_t
read_number(struct parse *parse, int key, const char *argument)
{
    enum { MOST_JOBS = 64 };
    const uint64_t most = UINT64_C(1) << 62;
    struct bounds *bounds = &parse->options->bounds;
    char *end;

    switch (key) {
    case KEY_JOBS:
        parse->options->jobs = (unsigned)read_size(parse, "--jobs", argument, false, MOST_JOBS,
                                                   "it has to be a whole number from 1 to 64");
        return 0;
    case KEY_STATES:
        bounds->max_states = read_size(parse, "--max-states", argument, false, most,
                                       "it has to be a whole number from 1");
        return 0;
    case KEY_MEMORY:
        bounds->max_memory = read_size(parse, "--max-memory", argument, true, most,
                                       "it has to be a whole number from 1, or one with K, M or G");
        return 0;
    case KEY_TIMEOUT:
        bounds->timeout = strtod(argument, &end);
        if (argument[strspn(argument, "0123456789.")] != '\0' || *end != '\0' || end == argument ||
            !(bounds->timeout > 0)) {
            bad_value(parse, "--timeout", argument, "it has to be a number of seconds above 0", "");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void
read_world(struct parse *parse, const char *argument)
{
    static const char *const worlds[] = {"sim", "netns", "libvirt", "vm"};
    unsigned word =
        read_word(parse, "--on", argument, worlds, 4, "it has to be sim, netns, libvirt or vm");

    parse->options->real = word > 0;
    parse->options->libvirt = word == 2;
    parse->options->vm = word == 3;
}

/* Where the argument of such an option is kept as it is; NULL for any other. */
static const char **
text_of(struct options *options, int key)
{
    switch (key) {
    case KEY_POLICY:
        return &options->policy;
    case KEY_SCHEDULE:
        return &options->schedule;
    case KEY_OUTPUT:
        return &options->output;
    case KEY_TRACES:
        return &options->traces;
    case KEY_LIBVIRTD:
        return &options->libvirtd;
    case KEY_KERNEL:
        return &options->kernel;
    default:
        return NULL;
    }
}

static error_t
read_option(int key, char *argument, struct argp_state *state)
{
    struct parse *parse = state->input;
    struct options *options = parse->options;
    static const char *const guests[] = {"process", "qemu"};
    static const char *const covers[] = {"transitions", "interleavings", "network"};
    static const char *const reductions[] = {"guests", "none"};
    static const char *const whens[] = {"auto", "always", "never"};
    const char **text = text_of(options, key);
    unsigned word;

    if (text != NULL) {
        *text = argument;
        return 0;
    }
    switch (key) {
    case KEY_JSON:
        options->json = argument;
        options->quiet = strcmp(argument, "-") == 0;
        return 0;
    case KEY_ALL:
        options->all_policies = true;
        return 0;
    case KEY_MATRIX:
        options->matrix = true;
        return 0;
    case KEY_ON:
        read_world(parse, argument);
        return 0;
    case KEY_GUEST:
        word = read_word(parse, "--guest", argument, guests, 2, "it has to be process or qemu");
        options->qemu = word == 1;
        return 0;
    case KEY_HOLD:
        options->hold = true;
        return 0;
    case KEY_COVER:
        word = read_word(parse, "--cover", argument, covers, 3,
                         "it has to be transitions, interleavings or network");
        options->interleavings = word == 1;
        options->network = word == 2;
        return 0;
    case KEY_DATAPATH:
        word = read_word(parse, "--datapath", argument, scenario_datapaths, 2,
                         "it has to be system or netdev");
        options->datapath = scenario_datapaths[word];
        return 0;
    case KEY_REDUCE:
        word = read_word(parse, "--reduce", argument, reductions, 2, "it has to be guests or none");
        options->bounds.whole = word == 1;
        return 0;
    case KEY_AUDIT:
        options->bounds.audit = true;
        return 0;
    case KEY_COLOUR:
        word = read_word(parse, "--colour", argument, whens, 3, "auto, always or never");
        options->colour = word == 0 ? options->colour : word == 1;
        return 0;
    case ARGP_KEY_ARGS:
        options->files = state->argv + state->next;
        options->count = (unsigned)(state->argc - state->next);
        return 0;
    default:
        return read_number(parse, key, argument);
    }
}

static bool
read_command(struct options *options, const char *word, struct diagnostic *diagnostic)
{
    const char *names[COMMANDS];
    char hint[DIAGNOSTIC_HINT_SIZE];

    for (int i = 0; i < COMMANDS; i++) {
        names[i] = usage_of[i].name;
        if (strcmp(word, names[i]) == 0) {
            options->command = (enum subcommand)i;
            return true;
        }
    }
    return diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0, "unknown command '%s'%s", word,
                    diagnostic_hint(word, names, COMMANDS, hint));
}

static void
set_defaults(struct options *options)
{
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

    *options = (struct options){0};
    options->colour = isatty(STDOUT_FILENO) == 1 && (no_color == NULL || no_color[0] == '\0') &&
                      term != NULL && strcmp(term, "dumb") != 0;
    options->bounds.max_memory = (size_t)4 << 30;
    options->bounds.watched = isatty(STDERR_FILENO) == 1;
}

bool
options_read(struct options *options, int argc, char **argv, struct diagnostic *diagnostic)
{
    static char name[32] = "tapweave";
    struct argp_option accepted[TABLE + 1] = {{0}};
    struct argp argp = {accepted, read_option, "COMMAND ARGUMENTS...", usage_of_all, NULL,
                        NULL,     NULL};
    struct parse parse = {options, diagnostic};
    unsigned count = 0;
    char format[32], *command;

    argp_program_version = VERSION;
    argp_err_exit_status = EXIT_BAD_INPUT;
    set_defaults(options);
    if (print_width() < PRINT_WIDTH) {
        snprintf(format, sizeof format, "rmargin=%u", print_width() - 1);
        setenv("ARGP_HELP_FMT", format, 0);
    }
    if (argc > 1 && argv[1][0] == '-') { /* --help and the like, which end here; or a mistake */
        argv[0] = name;
        argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &parse);
    }
    if (argc < 2 || argv[1][0] == '-') {
        return diagnose(
            diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
            "a command is needed: check, explore, replay, conform or list; see 'tapweave --help'");
    }
    if (!read_command(options, argv[1], diagnostic)) {
        return false;
    }
    for (unsigned i = 0; i < TABLE; i++) {
        if ((table[i].commands >> options->command & 1) != 0) {
            accepted[count++] = table[i].option;
        }
    }
    snprintf(name, sizeof name, "tapweave %s", usage_of[options->command].name);
    options->words = argv + 1;
    options->words_count = (unsigned)argc - 1;
    command = argv[1];
    argv[1] = name;
    argp.args_doc = usage_of[options->command].arguments;
    argp.doc = usage_of[options->command].text;
    argp_parse(&argp, argc - 1, argv + 1, 0, NULL, &parse);
    argv[1] = command;
    return diagnostic->status == EXIT_HOLDS;
}
