/* Completion for bash: functions that list what there is, made of the tables, and one that looks
 * for what has been begun. */
#include "harness/describe/describe.h"
#include "harness/describe/words.h"
#include "harness/usage.h"

#include <string.h>

static const char head[] =
    "# Completion of tapweave for bash, as 'tapweave describe bash' prints it.\n\n";

/* The words that stand for what is looked for, by enum words_kind. */
static const char *const kinds[WORDS_KINDS] = {"POLICY",   "FILE",  "FOLDER",
                                               "SCENARIO", "TRACE", "COMMAND"};

static const char policies[] =
    "# Policies that begin like this.\n"
    "_tapweave_policy() {\n"
    "    local before=${1%\"${1##*,}\"} last=${1##*,}\n"
    "    case $1 in\n"
    "    *,*=*) compgen -P \"$before${last%%=*}=\" -W \"$(_tapweave_choice \"${last%%=*}\")\" \\\n"
    "        -- \"${last#*=}\" ;;\n"
    "    *,*) compgen -P \"$before\" -S = -W \"$(_tapweave_choice '')\" -- \"$last\" ;;\n"
    "    *) compgen -W \"$(_tapweave_choice BASE)\" -- \"$1\" ;;\n"
    "    esac\n"
    "}\n\n"
    "# What begins like this, of a word that _tapweave_value or _tapweave_behind has printed.\n"
    "_tapweave_find() {\n"
    "    case $1 in\n"
    "    POLICY) _tapweave_policy \"$2\" ;;\n"
    "    FILE) compgen -f -- \"$2\" ;;\n"
    "    FOLDER) compgen -d -- \"$2\" ;;\n"
    "    SCENARIO) compgen -f -X '!*.yaml' -- \"$2\"; compgen -d -- \"$2\" ;;\n"
    "    TRACE) compgen -f -X '!*.json' -- \"$2\"; compgen -d -- \"$2\" ;;\n"
    "    COMMAND) compgen -W \"$(_tapweave_commands)\" -- \"$2\" ;;\n"
    "    TEXT) ;;\n"
    "    *) compgen -W \"$1\" -- \"$2\" ;;\n"
    "    esac\n"
    "}\n\n";

static const char engine[] =
    "_tapweave() {\n"
    "    local whole=() i word command='' option='' values='' before='' given=0 current found\n"
    "    COMPREPLY=()\n"
    "    # Bash has taken --on=netns apart into three words.\n"
    "    for ((i = 1; i <= COMP_CWORD; i++)); do\n"
    "        word=${COMP_WORDS[i]}\n"
    "        if ((i > 1)) && [[ $word == = || ${COMP_WORDS[i - 1]} == = ]]; then\n"
    "            whole[${#whole[@]} - 1]+=$word\n"
    "        else\n"
    "            whole+=(\"$word\")\n"
    "        fi\n"
    "    done\n"
    "    current=${whole[${#whole[@]} - 1]}\n"
    "    unset \"whole[${#whole[@]} - 1]\"\n"
    "    for word in \"${whole[@]}\"; do\n"
    "        if [[ -n $option ]]; then\n"
    "            option=''\n"
    "        elif [[ -z $command ]]; then\n"
    "            command=$word\n"
    "        elif [[ $word != -* ]]; then\n"
    "            ((given += 1))\n"
    "        elif [[ $word != *=* && -n $(_tapweave_value \"$word\") ]]; then\n"
    "            option=$word\n"
    "        fi\n"
    "    done\n"
    "    if [[ -n $option ]]; then\n"
    "        values=$(_tapweave_value \"$option\")\n"
    "    elif [[ $current == --*=* ]]; then\n"
    "        before=${current%%=*}=\n"
    "        values=$(_tapweave_value \"${current%%=*}\")\n"
    "    elif [[ -z $command ]]; then\n"
    "        values=\"$(_tapweave_commands) $(_tapweave_options '')\"\n"
    "    elif [[ $current == -* ]]; then\n"
    "        values=$(_tapweave_options \"$command\")\n"
    "    else\n"
    "        for word in $(_tapweave_behind \"$command\"); do\n"
    "            [[ $given -gt 0 && $word == [a-z]* ]] || values+=\" $word\"\n"
    "        done\n"
    "    fi\n"
    "    # Where a = takes words apart, what stands before it is not completed again.\n"
    "    option=''\n"
    "    [[ $COMP_WORDBREAKS != *=* ]] || option=${current%\"${current##*=}\"}\n"
    "    for word in $values; do\n"
    "        [[ $word != F* && $word != SCENARIO && $word != TRACE ]] ||\n"
    "            compopt -o filenames 2>/dev/null\n"
    "        while IFS= read -r found; do\n"
    "            found=$before$found\n"
    "            COMPREPLY+=(\"${found#\"$option\"}\")\n"
    "        done < <(_tapweave_find \"$word\" \"${current#\"$before\"}\")\n"
    "    done\n"
    "    [[ ${#COMPREPLY[@]} -ne 1 || ${COMPREPLY[0]} != *= ]] || compopt -o nospace 2>/dev/null\n"
    "}\n"
    "complete -F _tapweave tapweave\n";

static void
put_commands(FILE *out)
{
    fputs("_tapweave_commands() {\n    echo '", out);
    for (int command = 0; command < COMMANDS; command++) {
        fprintf(out, "%s%s", command == 0 ? "" : " ", usage_of[command].name);
    }
    fputs("'\n}\n\n", out);
}

/* "--on= --json=": those of each command; those that have a value end in "=". */
static void
put_options(FILE *out)
{
    fputs("# The options of a command; a value belongs behind a =.\n"
          "_tapweave_options() {\n"
          "    case $1 in\n",
          out);
    for (int command = 0; command < COMMANDS; command++) {
        fprintf(out, "    %s) echo -n '", usage_of[command].name);
        for (unsigned row = 0; row < option_rows; row++) {
            const struct argp_option *option = words_option(row, (enum subcommand)command);

            if (option != NULL) {
                fprintf(out, "--%s%s ", option->name, option->arg == NULL ? "" : "=");
            }
        }
        fputs("' ;;\n", out);
    }
    fputs("    esac\n    echo '", out);
    for (size_t i = 0; i < sizeof words_standard / sizeof *words_standard; i++) {
        fprintf(out, "%s--%s", i == 0 ? "" : " ", words_standard[i].name);
    }
    fputs("'\n}\n\n", out);
}

static void
put_words(FILE *out, const struct words *words)
{
    const char *blank = "";

    for (unsigned i = 0; i < words->count; i++) {
        fprintf(out, "%s%s", blank, words->word[i]);
        blank = " ";
    }
    for (unsigned kind = 0; kind < WORDS_KINDS; kind++) {
        if ((words->kinds >> kind & 1) != 0) {
            fprintf(out, "%s%s", blank, kinds[kind]);
            blank = " ";
        }
    }
    if (blank[0] == '\0') {
        fputs("TEXT", out);
    }
}

static void
put_values(FILE *out)
{
    struct words words;

    fputs("# What the value of an option may be: words, or in capitals what is looked for; nothing "
          "of\n"
          "# an option without a value.\n"
          "_tapweave_value() {\n"
          "    case $1 in\n",
          out);
    for (unsigned row = 0; row < option_rows; row++) {
        const struct argp_option *option = &option_row[row].option;

        if (option->arg != NULL && (option->flags & OPTION_HIDDEN) == 0) {
            fputs("    ", out);
            if (option->key < 256) {
                fprintf(out, "-%c | ", option->key);
            }
            fprintf(out, "--%s) echo '", option->name);
            words_of_option(&words, option);
            put_words(out, &words);
            fputs("' ;;\n", out);
        }
    }
    fputs("    esac\n}\n\n"
          "# What stands behind a command.\n"
          "_tapweave_behind() {\n"
          "    case $1 in\n",
          out);
    for (int command = 0; command < COMMANDS; command++) {
        words_of_command(&words, (enum subcommand)command);
        fprintf(out, "    %s) echo '", usage_of[command].name);
        put_words(out, &words);
        fputs("' ;;\n", out);
    }
    fputs("    esac\n}\n\n", out);
}

static void
put_choices(FILE *out)
{
    const struct policy_choice *choice;

    fputs("# What a policy begins with; its choices; and the values of one of them.\n"
          "_tapweave_choice() {\n"
          "    case $1 in\n"
          "    BASE) echo '",
          out);
    for (unsigned i = 0; policy_named(i) != NULL; i++) {
        fprintf(out, "%s%s", i == 0 ? "" : " ", policy_named(i)->name);
    }
    fputs("' ;;\n    '') echo '", out);
    for (unsigned i = 0; policy_choice(i) != NULL; i++) {
        fprintf(out, "%s%s", i == 0 ? "" : " ", policy_choice(i)->name);
    }
    fputs("' ;;\n", out);
    for (unsigned i = 0; (choice = policy_choice(i)) != NULL; i++) {
        fprintf(out, "    %s) echo '", choice->name);
        for (unsigned value = 0; value < choice->count; value++) {
            fputs(value == 0 ? "" : " ", out);
            words_value(out, choice, value);
        }
        fputs("' ;;\n", out);
    }
    fputs("    esac\n}\n\n", out);
}

void
describe_bash(FILE *out)
{
    fputs(head, out);
    put_commands(out);
    put_options(out);
    put_values(out);
    put_choices(out);
    fputs(policies, out);
    fputs(engine, out);
}
