/* tapweave new FILE: answers to six questions become a scenario. */
#include "harness/commands.h"
#include "harness/new/ask.h"
#include "harness/new/compose.h"
#include "harness/output.h"
#include "harness/policy_text.h"
#include "harness/print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One file, which is not there yet, or standard output. */
static bool
check_file(const struct options *options, struct diagnostic *diagnostic)
{
    if (options->count != 1) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                        "new needs one FILE to write, or - for standard output");
    }
    return access(options->files[0], F_OK) != 0 ||
           diagnose(diagnostic, EXIT_BAD_INPUT, options->files[0], 0, 0,
                    "is there already: new overwrites nothing");
}

/* What the options answer. */
static bool
take_options(const struct options *options, struct scenario_policy *policy,
             struct new_answers *answers, struct diagnostic *diagnostic)
{
    *answers = options->answers;
    if (options->oracle >= 0) {
        answers->word[NEW_ORACLE] = oracle_name((enum oracle)options->oracle);
    }
    if (options->policy != NULL) {
        if (!policy_text_read_option(policy, options->policy, diagnostic)) {
            return false;
        }
        answers->word[NEW_POLICY] = policy->text;
    }
    return true;
}

/* Without a terminal nobody is asked: a script says it all. */
static bool
check_answers(const struct new_answers *answers, struct diagnostic *diagnostic)
{
    char missing[128] = "";

    for (enum new_question question = 0; question < NEW_QUESTIONS; question++) {
        if (answers->word[question] == NULL) {
            print_append(missing, sizeof missing, " %s", new_option(question));
        }
    }
    return missing[0] == '\0' || isatty(STDIN_FILENO) == 1 ||
           diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                    "standard input is no terminal, so options have to answer:%s", missing);
}

static bool
write_text(char *text, const char *path, struct diagnostic *diagnostic)
{
    if (strcmp(path, "-") == 0) {
        fputs(text, stdout);
        return true;
    }
    text[strlen(text) - 1] = '\0'; /* output_file writes the newline */
    if (!output_file(text, path, diagnostic)) {
        return false;
    }
    if (isatty(STDIN_FILENO) == 1) {
        fprintf(stderr, "\nwritten; it is decided by: tapweave check %s\n", path);
    }
    return true;
}

enum exit_status
command_new(const struct options *options, struct diagnostic *diagnostic)
{
    struct new_answers answers = {{NULL}};
    struct diagnostic said = {EXIT_HOLDS, ""};
    struct scenario_policy policy;
    char *text;

    if (!check_file(options, diagnostic) || !take_options(options, &policy, &answers, diagnostic) ||
        !check_answers(&answers, diagnostic) || !new_ask(&answers, diagnostic)) {
        return EXIT_HOLDS;
    }
    if (!new_fits(&answers, &said)) {
        diagnose(diagnostic, said.status, NULL, 0, 0, "these answers do not go together: %s",
                 said.text);
        return EXIT_HOLDS;
    }
    text = new_compose(&answers);
    if (text == NULL) {
        diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
    } else {
        write_text(text, options->files[0], diagnostic);
    }
    free(text);
    return EXIT_HOLDS;
}
