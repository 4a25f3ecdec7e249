/* Completion for zsh: a function that has a list of options for each command. */
#include "harness/describe/describe.h"
#include "harness/describe/words.h"
#include "harness/usage.h"

#include <string.h>

static const char head[] = "#compdef tapweave\n"
                           "# Completion of tapweave for zsh, as 'tapweave describe zsh' prints "
                           "it.\n\n";

/* What finds it, by enum words_kind. */
static const char *const kinds[WORDS_KINDS] = {
    "_tapweave_policy",   "_files", "_files -/", "_files -g \"*.yaml\"", "_files -g \"*.json\"",
    "_tapweave_commands",
};

static const char policies[] = "    if compset -P '*,'; then\n"
                               "        choice=${PREFIX%%=*}\n"
                               "        if compset -P '*='; then\n"
                               "            compadd -- ${=values[$choice]}\n"
                               "        else\n"
                               "            compadd -qS = -- ${(k)values}\n"
                               "        fi\n"
                               "    else\n"
                               "        compadd -- ${=bases}\n"
                               "    fi\n"
                               "}\n\n";

static const char foot[] = "    *) _message 'there is no such command' ;;\n"
                           "    esac\n"
                           "}\n\n"
                           "if [[ $funcstack[1] == _tapweave ]]; then\n"
                           "    _tapweave \"$@\"\n"
                           "else\n"
                           "    compdef _tapweave tapweave\n"
                           "fi\n";

static void
put_policies(FILE *out)
{
    const struct policy_choice *choice;

    fputs("_tapweave_policy() {\n    local choice bases='", out);
    for (unsigned i = 0; policy_named(i) != NULL; i++) {
        fprintf(out, "%s%s", i == 0 ? "" : " ", policy_named(i)->name);
    }
    fputs("'\n    local -A values=(\n", out);
    for (unsigned i = 0; (choice = policy_choice(i)) != NULL; i++) {
        fprintf(out, "        %s '", choice->name);
        for (unsigned value = 0; value < choice->count; value++) {
            fputs(value == 0 ? "" : " ", out);
            words_value(out, choice, value);
        }
        fputs("'\n", out);
    }
    fputs("    )\n", out);
    fputs(policies, out);
}

/* The first sentence, as a part of a word in single quotes. */
static void
put_sentence(FILE *out, const char *text)
{
    const char *end = text;
    char sentence[400];

    while (*end != '\0' && *end != '\v' && strncmp(end, ".  ", 3) != 0) {
        end++;
    }
    end -= end > text && end[-1] == '.';
    snprintf(sentence, sizeof sentence, "%.*s", (int)(end - text), text);
    words_quote(out, sentence);
}

static void
put_commands(FILE *out)
{
    fputs("_tapweave_commands() {\n    local -a commands=(\n", out);
    for (int command = 0; command < COMMANDS; command++) {
        fprintf(out, "        '%s:", usage_of[command].name);
        put_sentence(out, usage_of[command].text);
        fputs("'\n", out);
    }
    fputs("    )\n    _describe command commands\n}\n\n", out);
}

/* What _arguments takes for an option's help: without the brackets that it ends at. */
static void
put_help(FILE *out, const char *text)
{
    char one[2] = "";

    for (; *text != '\0'; text++) {
        if (strchr("[]\\", *text) != NULL) {
            putc('\\', out);
        }
        one[0] = *text;
        words_quote(out, one);
    }
}

/* ":what:(words)", or what finds it. */
static void
put_action(FILE *out, const char *what, const struct words *words)
{
    fprintf(out, ":%s:", what);
    if (words->count > 0) {
        putc('(', out);
        for (unsigned i = 0; i < words->count; i++) {
            fprintf(out, "%s%s", i == 0 ? "" : " ", words->word[i]);
        }
        putc(')', out);
    }
    for (unsigned kind = 0; words->count == 0 && kind < WORDS_KINDS; kind++) {
        if ((words->kinds >> kind & 1) != 0) {
            fputs(kinds[kind], out);
            break;
        }
    }
}

static void
put_option(FILE *out, const struct argp_option *option)
{
    const char *equals = option->arg == NULL ? "" : "=";
    bool often = option->key == KEY_POLICY || option->key == KEY_REPORT;
    struct words words;

    fputs("            ", out);
    if (often) {
        fputs("'*'", out);
    } else if (option->key < 256) {
        fprintf(out, "'(-%c --%s)'", option->key, option->name);
    }
    if (option->key < 256) {
        fprintf(out, "{-%c%s,--%s%s}'[", option->key, option->arg == NULL ? "" : "+", option->name,
                equals);
    } else {
        fprintf(out, "'--%s%s[", option->name, equals);
    }
    put_help(out, option->doc);
    putc(']', out);
    if (option->arg != NULL) {
        words_of_option(&words, option);
        put_action(out, option->arg, &words);
    }
    fputs("' \\\n", out);
}

/* What stands behind a command: words are its first one, and alone there. */
static void
put_behind(FILE *out, enum subcommand command)
{
    const unsigned both = 1u << WORDS_SCENARIO | 1u << WORDS_TRACE;
    struct words words;

    words_of_command(&words, command);
    if (words.count > 0) {
        fputs("            '1", out);
        put_action(out, "what", &words);
        fputs("' \\\n", out);
        words.count = 0;
    }
    fputs("            '*", out);
    if ((words.kinds & both) == both) {
        fputs(":file:_files -g \"*.(json|yaml)\"", out);
    } else {
        put_action(out, "file", &words);
    }
    fputs("' ;;\n", out);
}

void
describe_zsh(FILE *out)
{
    fputs(head, out);
    put_policies(out);
    put_commands(out);
    fputs("_tapweave() {\n"
          "    local command=$words[2]\n"
          "    if ((CURRENT == 2)); then\n"
          "        _tapweave_commands\n"
          "        return\n"
          "    fi\n"
          "    shift words\n"
          "    ((CURRENT -= 1))\n"
          "    case $command in\n",
          out);
    for (int command = 0; command < COMMANDS; command++) {
        fprintf(out, "    %s)\n        _arguments -s \\\n", usage_of[command].name);
        for (unsigned row = 0; row < option_rows; row++) {
            const struct argp_option *option = words_option(row, (enum subcommand)command);

            if (option != NULL) {
                put_option(out, option);
            }
        }
        put_behind(out, (enum subcommand)command);
    }
    fputs(foot, out);
}
