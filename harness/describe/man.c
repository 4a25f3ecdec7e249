/* Man pages, in the language of scdoc: of the program, and of each command. */
#include "harness/describe/describe.h"
#include "harness/describe/words.h"
#include "harness/usage.h"

#include <ctype.h>
#include <string.h>

/* A text of one paragraph or, behind "\v", of two; what scdoc takes for a mark is escaped. */
static void
put_text(FILE *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\v') {
            fputs("\n\n", out);
            continue;
        }
        if (strchr("\\*_~`<>", text[i]) != NULL || (i == 0 && strchr("#-|[].", text[i]) != NULL)) {
            putc('\\', out);
        }
        putc(text[i], out);
    }
}

static void
put(FILE *out, const char *text)
{
    put_text(out, text, strlen(text));
}

/* The first sentence of a text, as a list of pages has it: without a capital and a full stop. */
static void
put_name(FILE *out, const char *text)
{
    size_t end = strcspn(text, "\v");

    for (size_t i = 0; i < end; i++) {
        end = text[i] == '.' && (text[i + 1] == ' ' || i + 1 == end) ? i : end;
    }
    putc(tolower((unsigned char)text[0]), out);
    put_text(out, text + 1, end - 1);
    putc('\n', out);
}

static void
put_option(FILE *out, const struct argp_option *option)
{
    if (option->key < 256) {
        fprintf(out, "*-%c*, ", option->key);
    }
    fprintf(out, "*--%s*", option->name);
    if (option->arg != NULL) {
        fputs("=_", out);
        put(out, option->arg);
        putc('_', out);
    }
    fputs("\n\t", out);
    put(out, option->doc);
    fputs("\n\n", out);
}

/* In the groups in which --help has them, each in the table's order. */
static void
put_options(FILE *out, enum subcommand command)
{
    enum { GROUPS = 3 };

    for (int group = 0; group < GROUPS; group++) {
        for (unsigned row = 0; row < option_rows; row++) {
            const struct argp_option *option = words_option(row, command);

            if (option != NULL && option->group == group) {
                put_option(out, option);
            }
        }
    }
}

static void
put_standard(FILE *out)
{
    for (size_t i = 0; i < sizeof words_standard / sizeof *words_standard; i++) {
        struct argp_option option = words_standard[i];

        option.key = isalpha((unsigned char)option.key) ? option.key : 256;
        put_option(out, &option);
    }
}

/* How it is used: a line for each way, one at the least. */
static void
put_synopsis(FILE *out, const struct usage *usage)
{
    const char *line = usage->arguments;

    fputs("# SYNOPSIS\n\n", out);
    do {
        size_t length = strcspn(line, "\n");

        fprintf(out, "*tapweave %s* \\[_OPTION_...]%s", usage->name, length == 0 ? "" : " ");
        put_text(out, line, length);
        line += length;
        line += *line == '\n';
        fputs(*line == '\0' ? "\n\n" : "++\n", out);
    } while (*line != '\0');
}

/* What stands behind "\v" in a command's text.  "  word" is followed by "      what it means". */
static void
put_rest(FILE *out, const char *line)
{
    while (*line != '\0') {
        const size_t length = strcspn(line, "\n"), begin = strspn(line, " ");

        fputs(begin == 0 ? "" : begin == 2 ? "*" : "\t", out);
        put_text(out, line + begin, length - begin);
        fputs(begin == 2 ? "*\n" : "\n\n", out);
        line += length + (line[length] == '\n');
    }
}

void
describe_man_of(FILE *out, enum subcommand command)
{
    const struct usage *usage = &usage_of[command];
    const size_t before = strcspn(usage->text, "\v");

    fprintf(out, "tapweave-%s(1) \"tapweave %s\" \"tapweave\"\n\n# NAME\n\ntapweave-%s - ",
            usage->name, USAGE_VERSION, usage->name);
    put_name(out, usage->text);
    putc('\n', out);
    put_synopsis(out, usage);
    fputs("# DESCRIPTION\n\n", out);
    put_text(out, usage->text, before);
    fputs("\n\n", out);
    put_rest(out, usage->text + before + (usage->text[before] == '\v'));
    fputs("# OPTIONS\n\n", out);
    put_options(out, command);
    put_standard(out);
    fputs("# SEE ALSO\n\n*tapweave*(1), which has the exit status; *tapweave-scenario*(5)\n", out);
}

/* "  2   usage or bad input": what stands behind "Exit status:" in the help of all. */
static void
put_exit_status(FILE *out)
{
    static const char title[] = "Exit status:\n";
    const char *line = strstr(usage_of_all, title);

    fputs("# EXIT STATUS\n\n", out);
    for (line += line == NULL ? 0 : strlen(title); line != NULL && *line != '\0';) {
        size_t length = strcspn(line, "\n"), begin = strspn(line, " ");
        size_t number = strcspn(line + begin, " ");
        size_t text = begin + number + strspn(line + begin + number, " ");

        fprintf(out, "*%.*s*\n\t", (int)number, line + begin);
        put_text(out, line + text, length - text);
        fputs("\n\n", out);
        line += length + (line[length] == '\n');
    }
}

static const char rest[] =
    "# ENVIRONMENT\n\n"
    "*TAPWEAVE\\_SCENARIOS*\n"
    "\tThe folder of the scenarios that *tapweave check* decides if none are named, and that\n"
    "\t*tapweave list scenarios* lists. Without it that is _scenarios_ in the present folder,\n"
    "\tor the one that tapweave was installed with.\n\n"
    "*NO\\_COLOR*, *TERM*\n"
    "\tNo colours if NO\\_COLOR is set, or if TERM is not set, or is _dumb_.\n\n"
    "# FILES\n\n"
    "_../share/tapweave/scenarios/_, from the folder of the program\n"
    "\tThe scenarios that it was installed with.\n\n"
    "_../share/tapweave/schemas/_\n"
    "\tJSON Schemas of scenarios, traces and results, for editors.\n\n"
    "_../share/doc/tapweave/_\n"
    "\tThe pages: what a step is, what is violated, what is known.\n\n";

void
describe_man(FILE *out)
{
    fprintf(out, "tapweave(1) \"tapweave %s\" \"tapweave\"\n\n# NAME\n\ntapweave - ",
            USAGE_VERSION);
    put_name(out, usage_of_all);
    fputs("\n# SYNOPSIS\n\n*tapweave* _COMMAND_ _ARGUMENTS_...\n\n# DESCRIPTION\n\n", out);
    put_text(out, usage_of_all, strcspn(usage_of_all, "\v"));
    fputs(" A *scenario* says which guests there are, and who does what; see "
          "*tapweave-scenario*(5). A *policy* is the fix under test. An *oracle* is a property "
          "that must hold. *tapweave list* has what there is to choose from.\n\n# COMMANDS\n\n",
          out);
    for (int command = 0; command < COMMANDS; command++) {
        fprintf(out, "*tapweave-%s*(1)\n\t", usage_of[command].name);
        put_text(out, usage_of[command].text, strcspn(usage_of[command].text, "\v"));
        fputs("\n\n", out);
    }
    fputs("# OPTIONS\n\n", out);
    put_standard(out);
    put_exit_status(out);
    fputs(rest, out);
    fputs("# SEE ALSO\n\n*tapweave-scenario*(5)", out);
    for (int command = 0; command < COMMANDS; command++) {
        fprintf(out, ", *tapweave-%s*(1)", usage_of[command].name);
    }
    putc('\n', out);
}
