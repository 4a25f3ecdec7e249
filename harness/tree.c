/* Files as trees with positions: see tree.h. */
#include "harness/tree.h"

#include <errno.h>
#include <jansson.h>
#include <sha256.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Complains about the byte at `offset`, at its line and column; a column is a character, as libyaml
 * counts them. */
static bool
complain_byte(const char *path, const char *bytes, size_t offset, const char *problem,
              struct complaint *complaint)
{
    size_t line = 1, column = 1;

    for (size_t i = 0; i < offset; i++) {
        if (bytes[i] == '\n') {
            line++;
            column = 1;
        } else {
            column += ((unsigned char)bytes[i] & 0xc0) != 0x80;
        }
    }
    return complain(complaint, EXIT_BAD_INPUT, path, line, column, "%s", problem);
}

/* The file's bytes, to be freed, or NULL with a complaint. */
static char *
read_file(const char *path, size_t most, size_t *length, struct complaint *complaint)
{
    FILE *file = fopen(path, "rb");
    char *bytes = malloc(most + 1);

    if (file == NULL || bytes == NULL) {
        complain(complaint, EXIT_BAD_INPUT, path, 0, 0, "cannot be opened: %s", strerror(errno));
    } else {
        *length = fread(bytes, 1, most + 1, file);
        if (ferror(file)) {
            complain(complaint, EXIT_BAD_INPUT, path, 0, 0, "cannot be read: %s", strerror(errno));
        } else if (*length > most) {
            complain(complaint, EXIT_BAD_INPUT, path, 0, 0, "larger than %zu bytes", most);
        } else if (memchr(bytes, '\0', *length) != NULL) {
            complain_byte(path, bytes, (size_t)((char *)memchr(bytes, '\0', *length) - bytes),
                          "a NUL byte: not a text file", complaint);
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    if (complaint->status != EXIT_HOLDS) {
        free(bytes);
        bytes = NULL;
    }
    return bytes;
}

/* A file that has been read. */
struct source {
    const char *path;
    char *bytes;
    size_t length;
};

/* Where a parser stopped: a byte that is no text, or a place where the text is not YAML. */
static bool
complain_parser(const struct source *source, const yaml_parser_t *parser,
                struct complaint *complaint)
{
    const yaml_mark_t *mark = parser->problem_mark.line != 0 || parser->problem_mark.column != 0
                                  ? &parser->problem_mark
                                  : &parser->mark;

    if (parser->error == YAML_READER_ERROR) {
        size_t offset = parser->problem_offset;

        /* A character that breaks off is reported at the byte behind it. */
        while (strstr(parser->problem, "trailing") != NULL && offset > 0 &&
               ((unsigned char)source->bytes[offset] & 0xc0) != 0xc0) {
            offset--;
        }
        return complain_byte(source->path, source->bytes, offset, parser->problem, complaint);
    }
    return complain(complaint, EXIT_BAD_INPUT, source->path, mark->line + 1, mark->column + 1,
                    "not YAML: %s%s%s", parser->problem == NULL ? "out of memory" : parser->problem,
                    parser->context == NULL ? "" : " ",
                    parser->context == NULL ? "" : parser->context);
}

/* Loads the first document and makes sure that it is the last one. */
static bool
load(struct tree *tree, const struct source *source, yaml_parser_t *parser,
     struct complaint *complaint)
{
    yaml_document_t second;

    if (yaml_parser_load(parser, &tree->document) == 0) {
        return complain_parser(source, parser, complaint);
    }
    tree->root = yaml_document_get_root_node(&tree->document);
    if (tree->root == NULL) {
        yaml_document_delete(&tree->document);
        return complain(complaint, EXIT_BAD_INPUT, tree->path, 1, 1,
                        "there is nothing in this file");
    }
    if (yaml_parser_load(parser, &second) == 0) {
        yaml_document_delete(&tree->document);
        return complain_parser(source, parser, complaint);
    }
    if (yaml_document_get_root_node(&second) != NULL) {
        complain(complaint, EXIT_BAD_INPUT, tree->path, second.start_mark.line + 1,
                 second.start_mark.column + 1,
                 "a second document begins here: one file, one document");
        yaml_document_delete(&tree->document);
    }
    yaml_document_delete(&second);
    return complaint->status == EXIT_HOLDS;
}

/* A first look, which cannot tell quoted brackets from others: nobody writes so many of either. */
static bool
is_shallow(const struct source *source, struct complaint *complaint)
{
    int depth = 0;

    for (size_t i = 0; i < source->length; i++) {
        char byte = source->bytes[i];

        depth += (byte == '[' || byte == '{') - (byte == ']' || byte == '}');
        if (depth > TREE_MAX_DEPTH) {
            return complain_byte(source->path, source->bytes, i,
                                 "too many brackets within brackets", complaint);
        }
    }
    return true;
}

static bool
open_source(struct tree *tree, const struct source *source, struct complaint *complaint)
{
    yaml_parser_t parser;
    bool loaded;

    if (!is_shallow(source, complaint)) {
        return false;
    }
    if (yaml_parser_initialize(&parser) == 0) {
        return complain(complaint, EXIT_INTERNAL, source->path, 0, 0, "out of memory");
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)source->bytes, source->length);
    loaded = load(tree, source, &parser, complaint);
    yaml_parser_delete(&parser);
    return loaded;
}

bool
tree_open_yaml(struct tree *tree, const char *path, struct complaint *complaint)
{
    struct source source = {.path = path};
    bool opened = false;

    *tree = (struct tree){.path = path};
    source.bytes = read_file(path, TREE_MAX_BYTES, &source.length, complaint);
    if (source.bytes != NULL) {
        SHA256Data((const uint8_t *)source.bytes, source.length, tree->sha256);
        opened = open_source(tree, &source, complaint);
    }
    free(source.bytes);
    return opened;
}

/* The value of the JSON escape \\uXXXX at `text`, or 0 if there is none. */
static unsigned
escape_at(const char *text)
{
    char digits[5] = "";

    if (text[0] != '\\' || text[1] != 'u') {
        return 0;
    }
    memcpy(digits, text + 2, 4);
    return (unsigned)strtoul(digits, NULL, 16);
}

/* JSON writes a character beyond 0xffff as two escapes, which libyaml does not join: they become
 * what they stand for, and blanks, which move nothing that a complaint could be about. */
static void
join_surrogates(const struct source *source)
{
    for (char *at = source->bytes; at + 12 <= source->bytes + source->length; at++) {
        unsigned high = escape_at(at), low = escape_at(at + 6);

        if (at[0] == '\\' && at[1] == '\\') {
            at++;
        } else if (high >= 0xd800 && high < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
            unsigned code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
            const char utf8[4] = {(char)(0xf0 | code >> 18), (char)(0x80 | (code >> 12 & 0x3f)),
                                  (char)(0x80 | (code >> 6 & 0x3f)), (char)(0x80 | (code & 0x3f))};

            memcpy(at, utf8, 4);
            memset(at + 4, ' ', 8);
        }
    }
}

bool
tree_open_json(struct tree *tree, const char *path, struct complaint *complaint)
{
    struct source source = {.path = path};
    json_error_t error;
    json_t *json;
    bool opened;

    *tree = (struct tree){.path = path};
    source.bytes = read_file(path, TREE_MAX_JSON_BYTES, &source.length, complaint);
    if (source.bytes == NULL) {
        return false;
    }
    json = json_loadb(source.bytes, source.length, JSON_REJECT_DUPLICATES, &error);
    if (json == NULL) {
        complain(complaint, EXIT_BAD_INPUT, path, (size_t)error.line,
                 error.column > 0 ? (size_t)error.column : 1, "not JSON: %s", error.text);
    }
    join_surrogates(&source);
    opened = json != NULL && open_source(tree, &source, complaint);
    json_decref(json);
    free(source.bytes);
    return opened;
}

void
tree_close(struct tree *tree)
{
    yaml_document_delete(&tree->document);
}

yaml_node_t *
tree_key_at(const struct tree *tree, const yaml_node_t *node, size_t index)
{
    return yaml_document_get_node((yaml_document_t *)&tree->document,
                                  node->data.mapping.pairs.start[index].key);
}

yaml_node_t *
tree_value_at(const struct tree *tree, const yaml_node_t *node, size_t index)
{
    return yaml_document_get_node((yaml_document_t *)&tree->document,
                                  node->type == YAML_MAPPING_NODE
                                      ? node->data.mapping.pairs.start[index].value
                                      : node->data.sequence.items.start[index]);
}

bool
tree_members(const struct tree *tree, yaml_node_t *node, const char *what, yaml_node_type_t type,
             size_t least, size_t most, size_t *count, struct complaint *complaint)
{
    bool mapping = type == YAML_MAPPING_NODE;

    if (node->type != type) {
        return tree_complain(tree, node, 0, complaint, "%s has to be a %s", what,
                             mapping ? "mapping (key: value)" : "list");
    }
    *count = mapping ? (size_t)(node->data.mapping.pairs.top - node->data.mapping.pairs.start)
                     : (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
    if (*count < least || *count > most) {
        return tree_complain(tree, node, 0, complaint,
                             "%s has %zu entries, and may have %zu to %zu", what, *count, least,
                             most);
    }
    for (size_t i = 0; mapping && i < *count; i++) {
        yaml_node_t *key = tree_key_at(tree, node, i);
        const char *text = tree_text(tree, key, "a key", complaint);

        if (text == NULL) {
            return false;
        }
        for (size_t j = 0; j < i; j++) {
            if (strcmp((const char *)tree_key_at(tree, node, j)->data.scalar.value, text) == 0) {
                return tree_complain(tree, key, 0, complaint, "'%s' is here twice", text);
            }
        }
    }
    return true;
}

bool
tree_mapping(const struct tree *tree, yaml_node_t *node, const char *what,
             const struct tree_key *keys, size_t count, yaml_node_t **values,
             struct complaint *complaint)
{
    const char *names[16];
    size_t members = 0;

    for (size_t k = 0; k < count; k++) {
        names[k] = keys[k].name;
        values[k] = NULL;
    }
    if (!tree_members(tree, node, what, YAML_MAPPING_NODE, 0, 64, &members, complaint)) {
        return false;
    }
    for (size_t i = 0; i < members; i++) {
        yaml_node_t *key = tree_key_at(tree, node, i);
        int k = tree_word(tree, key, "key", names, count, complaint);

        if (k < 0) {
            return false;
        }
        values[k] = tree_value_at(tree, node, i);
    }
    for (size_t k = 0; k < count; k++) {
        if (keys[k].required && values[k] == NULL) {
            return tree_complain(tree, node, 0, complaint, "%s lacks '%s'", what, keys[k].name);
        }
    }
    return true;
}

/* ASCII's, and those from U+0080 to U+009F, which are 0xc2 and a byte below 0xa0. */
static bool
has_control_character(const char *text)
{
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) {
        if (*at < ' ' || *at == 0x7f || (at[0] == 0xc2 && at[1] < 0xa0)) {
            return true;
        }
    }
    return false;
}

size_t
tree_column(const yaml_node_t *node, size_t offset)
{
    bool quoted = node->type == YAML_SCALAR_NODE &&
                  (node->data.scalar.style == YAML_SINGLE_QUOTED_SCALAR_STYLE ||
                   node->data.scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE);

    return node->start_mark.column + 1 + quoted + offset;
}

const char *
tree_text(const struct tree *tree, yaml_node_t *node, const char *what, struct complaint *complaint)
{
    return tree_long_text(tree, node, what, TREE_MAX_TEXT, complaint);
}

const char *
tree_long_text(const struct tree *tree, yaml_node_t *node, const char *what, size_t most,
               struct complaint *complaint)
{
    const char *problem = NULL, *text = NULL;

    if (node->type != YAML_SCALAR_NODE) {
        problem = "has to be a text";
    } else if (strcmp((const char *)node->tag, YAML_STR_TAG) != 0) {
        problem = "has a tag, and tags mean nothing here";
    } else if (node->data.scalar.length == 0) {
        problem = "is empty";
    } else {
        text = (const char *)node->data.scalar.value;
        if (strlen(text) != node->data.scalar.length) {
            problem = "has a NUL in it";
        }
        if (has_control_character(text)) {
            problem = "has a control character in it";
        }
    }
    if (problem != NULL) {
        tree_complain(tree, node, 0, complaint, "%s %s", what, problem);
        return NULL;
    }
    if (strlen(text) > most) {
        tree_complain(tree, node, 0, complaint, "%s is longer than %zu bytes", what, most);
        return NULL;
    }
    return text;
}

int
tree_word(const struct tree *tree, yaml_node_t *node, const char *what, const char *const *words,
          size_t count, struct complaint *complaint)
{
    const char *text = tree_text(tree, node, what, complaint);
    char hint[96];

    for (size_t i = 0; text != NULL && i < count; i++) {
        if (strcmp(words[i], text) == 0) {
            return (int)i;
        }
    }
    if (text != NULL) {
        tree_complain(tree, node, 0, complaint, "unknown %s '%s'%s", what, text,
                      did_you_mean(text, words, count, hint));
    }
    return -1;
}

int
tree_number(const struct tree *tree, yaml_node_t *node, const char *what, int least, int most,
            struct complaint *complaint)
{
    const char *text = tree_text(tree, node, what, complaint);
    long number;
    char *end;

    if (text == NULL) {
        return -1;
    }
    number = strtol(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || strlen(text) > 9 || number < least ||
        number > most) {
        tree_complain(tree, node, 0, complaint, "%s has to be a whole number from %d to %d", what,
                      least, most);
        return -1;
    }
    return (int)number;
}

int
tree_truth(const struct tree *tree, yaml_node_t *node, const char *what,
           struct complaint *complaint)
{
    static const char *const words[] = {"false", "true"};

    return tree_word(tree, node, what, words, 2, complaint);
}
