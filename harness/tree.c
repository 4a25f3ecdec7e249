/* Files as trees with positions: see tree.h. */
#include "harness/tree.h"

#include <errno.h>
#include <jansson.h>
#include <sha256.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
            complain(complaint, EXIT_BAD_INPUT, path, 0, 0,
                     "has a NUL byte in it: not a text file");
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

static bool
complain_parser(const char *path, const yaml_parser_t *parser, struct complaint *complaint)
{
    const yaml_mark_t *mark = parser->problem_mark.line != 0 || parser->problem_mark.column != 0
                                  ? &parser->problem_mark
                                  : &parser->mark;

    return complain(complaint, EXIT_BAD_INPUT, path, mark->line + 1, mark->column + 1,
                    "not YAML: %s%s%s", parser->problem == NULL ? "out of memory" : parser->problem,
                    parser->context == NULL ? "" : " ",
                    parser->context == NULL ? "" : parser->context);
}

/* Loads the first document and makes sure that it is the last one. */
static bool
load(struct tree *tree, yaml_parser_t *parser, struct complaint *complaint)
{
    yaml_document_t second;

    if (yaml_parser_load(parser, &tree->document) == 0) {
        return complain_parser(tree->path, parser, complaint);
    }
    tree->root = yaml_document_get_root_node(&tree->document);
    if (tree->root == NULL) {
        yaml_document_delete(&tree->document);
        return complain(complaint, EXIT_BAD_INPUT, tree->path, 1, 1,
                        "there is nothing in this file");
    }
    if (yaml_parser_load(parser, &second) == 0) {
        yaml_document_delete(&tree->document);
        return complain_parser(tree->path, parser, complaint);
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

static bool
open_bytes(struct tree *tree, const char *path, const char *bytes, size_t length,
           struct complaint *complaint)
{
    yaml_parser_t parser;
    bool loaded;

    *tree = (struct tree){.path = path};
    SHA256Data((const uint8_t *)bytes, length, tree->sha256);
    if (yaml_parser_initialize(&parser) == 0) {
        return complain(complaint, EXIT_INTERNAL, path, 0, 0, "out of memory");
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)bytes, length);
    loaded = load(tree, &parser, complaint);
    yaml_parser_delete(&parser);
    return loaded;
}

bool
tree_open_yaml(struct tree *tree, const char *path, struct complaint *complaint)
{
    size_t length = 0;
    char *bytes = read_file(path, TREE_MAX_BYTES, &length, complaint);
    bool opened = bytes != NULL && open_bytes(tree, path, bytes, length, complaint);

    free(bytes);
    return opened;
}

bool
tree_open_json(struct tree *tree, const char *path, struct complaint *complaint)
{
    size_t length = 0;
    char *bytes = read_file(path, TREE_MAX_JSON_BYTES, &length, complaint);
    json_error_t error;
    json_t *json;
    bool opened;

    if (bytes == NULL) {
        return false;
    }
    json = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, &error);
    if (json == NULL) {
        complain(complaint, EXIT_BAD_INPUT, path, (size_t)error.line, (size_t)error.column,
                 "not JSON: %s", error.text);
    }
    opened = json != NULL && open_bytes(tree, path, bytes, length, complaint);
    json_decref(json);
    free(bytes);
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

const char *
tree_text(const struct tree *tree, yaml_node_t *node, const char *what, struct complaint *complaint)
{
    const char *text = (const char *)node->data.scalar.value;

    if (node->type != YAML_SCALAR_NODE) {
        tree_complain(tree, node, 0, complaint, "%s has to be a text", what);
        return NULL;
    }
    if (text[0] == '\0') {
        tree_complain(tree, node, 0, complaint, "%s is empty", what);
        return NULL;
    }
    if (node->data.scalar.length != strlen(text) || strlen(text) > TREE_MAX_TEXT) {
        tree_complain(tree, node, 0, complaint, "%s is longer than %d bytes, or has a NUL in it",
                      what, TREE_MAX_TEXT);
        return NULL;
    }
    for (const char *at = text; *at != '\0'; at++) {
        if ((unsigned char)*at < ' ' || *at == 0x7f) {
            tree_complain(tree, node, 0, complaint, "%s has a control character in it", what);
            return NULL;
        }
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
