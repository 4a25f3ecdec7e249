/* What may stand behind an option, and behind a command: see words.h. */
#include "harness/describe/words.h"

#include "harness/option_choice.h"
#include "harness/usage.h"

#include <string.h>

/* The words for what is looked for, as help texts have them. */
static const struct {
    const char *text;
    enum words_kind kind;
} kinds[] = {
    {"POLICY", WORDS_POLICY},   {"FILE", WORDS_FILE},         {"PATH", WORDS_FILE},
    {"FOLDER", WORDS_FOLDER},   {"SCENARIO", WORDS_SCENARIO}, {"TRACE", WORDS_TRACE},
    {"COMMAND", WORDS_COMMAND},
};

const struct argp_option words_standard[3] = {
    {"help", '?', NULL, 0, "give the command's options", -1},
    {"usage", 256, NULL, 0, "give its options in short", -1},
    {"version", 'V', NULL, 0, "print the program's version", -1},
};

static void
add_word(struct words *words, const char *word)
{
    if (words->count < WORDS_MOST) {
        words->word[words->count++] = word;
    }
}

/* The kind that a text is the name of, up to its first character that is not a capital. */
static void
add_kind(struct words *words, const char *text)
{
    size_t length = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strlen(kinds[i].text) == length && strncmp(kinds[i].text, text, length) == 0) {
            words->kinds |= 1u << kinds[i].kind;
        }
    }
}

void
words_of_option(struct words *words, const struct argp_option *option)
{
    const struct option_choice *choice = option_choice(option->key);

    *words = (struct words){.count = 0};
    for (unsigned i = 0; choice != NULL && i < choice->count; i++) {
        add_word(words, choice->words[i]);
    }
    for (unsigned i = 0; option->key == KEY_REPORT && i < REPORT_FORMATS; i++) {
        add_word(words, report_formats[i].name);
    }
    for (unsigned i = 0; option->key == KEY_ORACLE && i < ORACLE_COUNT; i++) {
        add_word(words, oracle_name((enum oracle)i));
    }
    if (words->count == 0 && option->arg != NULL) {
        add_kind(words, option->arg);
    }
}

/* The words of "a|b|c", which is taken apart. */
static void
add_words(struct words *words, char *text)
{
    char *rest;

    for (char *word = strtok_r(text, "|", &rest); word != NULL; word = strtok_r(NULL, "|", &rest)) {
        add_word(words, word);
    }
}

void
words_of_command(struct words *words, enum subcommand command)
{
    const char *usage = usage_of[command].arguments;
    char *text = words->text;
    bool option = false; /* the word before is one, and has this word as its value */

    *words = (struct words){.count = 0};
    for (const char *word = usage; *word != '\0'; word += *word == ' ' || *word == '\n') {
        size_t length = strcspn(word, " \n");
        bool first = word == usage || word[-1] == '\n';

        if (first && word[0] >= 'a' && word[0] <= 'z' &&
            text + length < words->text + sizeof words->text) {
            memcpy(text, word, length);
            text[length] = '\0';
            add_words(words, text);
            text += length + 1;
        } else if (first || !option) {
            add_kind(words, word + (word[0] == '['));
        }
        option = word[word[0] == '['] == '-';
        word += length;
    }
}

const struct argp_option *
words_option(unsigned row, enum subcommand command)
{
    const struct option_row *option = &option_row[row];

    return (option->commands >> command & 1) != 0 && (option->option.flags & OPTION_HIDDEN) == 0
               ? &option->option
               : NULL;
}

void
words_value(FILE *out, const struct policy_choice *choice, unsigned value)
{
    if (choice->values != NULL) {
        fputs(choice->values[value], out);
    } else {
        fprintf(out, "%u", value);
    }
}

void
words_quote(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'') {
            fputs("'\\''", out);
        } else {
            putc(*text, out);
        }
    }
}
