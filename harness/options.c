/* The command line: see options.h. */
#include "harness/options.h"

#include "harness/memory.h"
#include "harness/option_choice.h"
#include "harness/option_report.h"
#include "harness/option_table.h"
#include "harness/option_unknown.h"
#include "harness/option_value.h"
#include "harness/print.h"
#include "harness/renamed.h"
#include "harness/usage.h"

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the parser's callback fills. */
struct parse {
    struct options *options;
    struct diagnostic *diagnostic;
};

/* The options that are numbers. */
#define WHOLE(least, most, wanted)                                     \
    {                                                                  \
        least, most, false, "it has to be a whole number from " wanted \
    }
#define MOST (UINT64_C(1) << 62)
static const struct {
    const char *option;
    struct option_number number;
    int key;
} numbers[] = {
    {"--jobs", WHOLE(1, 64, "1 to 64"), KEY_JOBS},
    {"--max-states", WHOLE(1, MOST, "1"), KEY_STATES},
    {"--max-memory",
     {1, MOST, true, "it has to be a whole number from 1, or one with K, M or G"},
     KEY_MEMORY},
    {"--ways", WHOLE(1, 1000, "1 to 1000"), KEY_WAYS},
    {"--walks", WHOLE(1, MOST, "1"), KEY_WALKS},
    {"--seed", WHOLE(0, MOST, "0"), KEY_SEED},
    {"--depth", WHOLE(1, STRATEGY_MOST_CHANGES, "1 to 64"), KEY_DEPTH},
    {"--preemptions", WHOLE(0, STRATEGY_MOST_CHANGES, "0 to 64"), KEY_PREEMPTIONS},
    {"--max-steps", WHOLE(1, EXPLORE_MAX_TRACE, "1 to 4096"), KEY_STEPS},
};

static error_t
read_number(struct parse *parse, int key, const char *argument)
{
    struct options *options = parse->options;
    uint64_t number = 0;

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if (numbers[i].key == key) {
            number =
                option_number(parse->diagnostic, numbers[i].option, argument, &numbers[i].number);
        }
    }
    switch (key) {
    case KEY_JOBS:
        options->jobs = (unsigned)number;
        return 0;
    case KEY_STATES:
        options->bounds.max_states = number;
        return 0;
    case KEY_MEMORY:
        options->bounds.max_memory = number;
        return 0;
    case KEY_WAYS:
        options->ways = (unsigned)number;
        return 0;
    case KEY_WALKS:
        options->sampling.walks = number;
        return 0;
    case KEY_SEED:
        options->sampling.seed = number;
        return 0;
    case KEY_DEPTH:
        options->sampling.depth = (unsigned)number;
        return 0;
    case KEY_PREEMPTIONS:
        options->sampling.preemptions = (int)number;
        return 0;
    case KEY_STEPS:
        options->sampling.max_steps = (unsigned)number;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Where the argument of such an option is kept as it is; NULL for any other. */
static const char **
text_of(struct options *options, int key)
{
    switch (key) {
    case KEY_BASE:
        return &options->base;
    case KEY_SCHEDULE:
        return &options->schedule;
    case KEY_BASELINE:
        return &options->baseline;
    case KEY_SHARD:
        return &options->shard;
    case KEY_OUTPUT:
        return &options->output;
    case KEY_TRACES:
        return &options->traces;
    case KEY_LINKS:
        return &options->links;
    case KEY_SCENARIO:
        return &options->scenario;
    case KEY_TRACE:
        return &options->trace;
    case KEY_NAME:
        return &options->name;
    case KEY_DB:
        return &options->db;
    case KEY_JOURNAL:
        return &options->journal;
    case KEY_PROM:
        return &options->prom;
    case KEY_CHECKPOINT:
        return &options->bounds.checkpoint;
    case KEY_RESUME:
        return &options->bounds.resume;
    case KEY_LIBVIRTD:
        return &options->libvirtd;
    case KEY_KERNEL:
        return &options->kernel;
    default:
        return NULL;
    }
}

static void
read_policy(struct parse *parse, const char *argument)
{
    struct options *options = parse->options;
    const bool two = options->command == COMMAND_DIFF;

    if (options->policy == NULL) {
        options->policy = argument;
    } else if (two && options->second == NULL) {
        options->second = argument;
    } else {
        option_bad(parse->diagnostic, "-p", argument,
                   two ? "there are two already, OLD and NEW"
                       : "there is one already, and 'diff' alone takes two",
                   "");
    }
}

/* An oracle, by the name that it has today or had once. */
static void
read_oracle(struct parse *parse, const char *argument)
{
    const char *names[ORACLE_COUNT];

    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        names[oracle] = oracle_name(oracle);
    }
    renamed_warn(RENAMED_ORACLE, argument, (struct place){"--oracle", 0, 0});
    parse->options->oracle =
        (int)option_word(parse->diagnostic, "--oracle", renamed_now(RENAMED_ORACLE, argument),
                         names, ORACLE_COUNT, "it has to be one of 'tapweave list oracles'");
}

/* What a word of option_choice is taken for. */
static error_t
take_choice(struct options *options, int key, unsigned word)
{
    switch (key) {
    case KEY_ON:
        options->real = word > 0;
        options->libvirt = word == 2;
        options->vm = word == 3;
        return 0;
    case KEY_GUEST:
        options->qemu = word == 1;
        return 0;
    case KEY_COVER:
        options->interleavings = word == 1;
        options->network = word == 2;
        return 0;
    case KEY_DATAPATH:
        options->datapath = scenario_datapaths[word];
        return 0;
    case KEY_REDUCE:
        options->bounds.whole = word == 1 || word == 2;
        options->bounds.order = word >= 2;
        return 0;
    case KEY_SAMPLE:
        options->sampling.wanted = true;
        options->sampling.kind = (enum strategy_kind)word;
        return 0;
    case KEY_AS:
        options->format = (enum draw_format)word;
        return 0;
    case KEY_NETWORK:
    case KEY_STORY:
    case KEY_NAMES:
    case KEY_BESIDE:
        options->answers.word[NEW_NETWORK + (key - KEY_NETWORK)] = option_choice(key)->words[word];
        return 0;
    case KEY_COLOUR:
        options->colour = word == 0 ? options->colour : word == 1;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* The options that are one word of a few. */
static error_t
read_choice(struct parse *parse, int key, const char *argument)
{
    const struct option_choice *choice = option_choice(key);

    if (key == KEY_ORACLE) {
        read_oracle(parse, argument);
        return 0;
    }
    if (choice == NULL) {
        return read_number(parse, key, argument);
    }
    return take_choice(parse->options, key,
                       option_word(parse->diagnostic, choice->option, argument, choice->words,
                                   choice->count, choice->wanted));
}

static error_t
read_option(int key, char *argument, struct argp_state *state)
{
    struct parse *parse = state->input;
    struct options *options = parse->options;
    const char **text = text_of(options, key);

    if (text != NULL) {
        *text = argument;
        return 0;
    }
    switch (key) {
    case KEY_POLICY:
        read_policy(parse, argument);
        return 0;
    case KEY_JSON:
        options->json = argument;
        return 0;
    case KEY_REPORT:
        option_report(parse->diagnostic, options, argument);
        return 0;
    case KEY_ALL:
        options->all_policies = true;
        return 0;
    case KEY_PLAIN:
        options->plain = true;
        return 0;
    case KEY_LASTING:
        options->lasting = true;
        return 0;
    case KEY_ORDERS:
        options->orders = true;
        return 0;
    case KEY_MATRIX:
        options->matrix = true;
        return 0;
    case KEY_HOLD:
        options->hold = true;
        return 0;
    case KEY_FAIR:
        options->bounds.fair = true;
        return 0;
    case KEY_MORE_GUESTS:
        options->more_guests = true;
        return 0;
    case KEY_ESTIMATE:
        options->estimate = true;
        return 0;
    case KEY_AUDIT:
        options->bounds.audit = true;
        return 0;
    case KEY_MAX_TIME:
        options->max_time = option_seconds(parse->diagnostic, "--max-time", argument);
        return 0;
    case KEY_FOR:
        options->duration = option_seconds(parse->diagnostic, "--for", argument);
        return 0;
    case KEY_TIMEOUT:
        options->bounds.timeout = option_seconds(parse->diagnostic, "--timeout", argument);
        return 0;
    case KEY_EVERY:
        options->bounds.every = option_seconds(parse->diagnostic, "--checkpoint-every", argument);
        return 0;
    case ARGP_KEY_ARGS:
        options->files = state->argv + state->next;
        options->count = (unsigned)(state->argc - state->next);
        return 0;
    default:
        return read_choice(parse, key, argument);
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

    *options = (struct options){.oracle = -1};
    options->colour = isatty(STDOUT_FILENO) == 1 && (no_color == NULL || no_color[0] == '\0') &&
                      term != NULL && strcmp(term, "dumb") != 0;
    options->bounds.max_memory = (size_t)4 << 30;
    options->sampling = (struct sampling){
        .seed = SAMPLING_NO_SEED, .preemptions = STRATEGY_FREE};
    options->bounds.watched = isatty(STDERR_FILENO) == 1;
}

/* argp says what is wrong with the words itself, and then ends the program. */
static void
parse_by(const struct argp *argp, int argc, char **argv, unsigned flags, struct parse *parse)
{
    if (argp_parse(argp, argc, argv, flags, NULL, parse) == ENOMEM) {
        memory_lacks();
    }
}

bool
options_read(struct options *options, int argc, char **argv, struct diagnostic *diagnostic)
{
    static char name[32] = "tapweave";
    struct argp_option accepted[OPTION_ROWS + 1] = {{0}};
    struct argp argp = {accepted, read_option, "COMMAND ARGUMENTS...", usage_of_all, NULL,
                        NULL,     NULL};
    struct parse parse = {options, diagnostic};
    unsigned count = 0;
    char format[32], *command;

    argp_program_version = "tapweave " USAGE_VERSION;
    argp_err_exit_status = EXIT_BAD_INPUT;
    set_defaults(options);
    if (print_width() < PRINT_WIDTH) {
        snprintf(format, sizeof format, "rmargin=%u", print_width() - 1);
        setenv("ARGP_HELP_FMT", format, 0);
    }
    if (argc > 1 && argv[1][0] == '-') { /* --help and the like, which end here; or a mistake */
        argv[0] = name;
        parse_by(&argp, argc, argv, ARGP_IN_ORDER, &parse);
    }
    if (argc < 2 || argv[1][0] == '-') {
        return diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                        "a command is needed, such as new, check, explore or replay; see "
                        "'tapweave --help'");
    }
    if (!read_command(options, argv[1], diagnostic)) {
        return false;
    }
    for (unsigned i = 0; i < option_rows; i++) {
        if ((option_row[i].commands >> options->command & 1) != 0) {
            accepted[count++] = option_row[i].option;
        }
    }
    snprintf(name, sizeof name, "tapweave %s", usage_of[options->command].name);
    options->words = argv + 1;
    options->words_count = (unsigned)argc - 1;
    if (!option_is_known(accepted, argc - 1, argv + 1, diagnostic)) {
        return false;
    }
    command = argv[1];
    argv[1] = name;
    argp.args_doc = usage_of[options->command].arguments;
    argp.doc = usage_of[options->command].text;
    parse_by(&argp, argc - 1, argv + 1, 0, &parse);
    argv[1] = command;
    option_outputs(diagnostic, options);
    return diagnostic->status == EXIT_HOLDS;
}
