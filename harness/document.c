/* What a document holds, checked as it is read: see document.h. */
#include "harness/document.h"

#include <stdlib.h>
#include <string.h>

yaml_node_t *
document_key_at(const struct document *document, const yaml_node_t *node, size_t index)
{
    return yaml_document_get_node((yaml_document_t *)&document->document,
                                  node->data.mapping.pairs.start[index].key);
}

yaml_node_t *
document_value_at(const struct document *document, const yaml_node_t *node, size_t index)
{
    return yaml_document_get_node((yaml_document_t *)&document->document,
                                  node->type == YAML_MAPPING_NODE
                                      ? node->data.mapping.pairs.start[index].value
                                      : node->data.sequence.items.start[index]);
}

bool
document_members(const struct document *document, yaml_node_t *node, const char *what,
                 yaml_node_type_t type, size_t least, size_t most, size_t *count)
{
    bool mapping = type == YAML_MAPPING_NODE;

    if (node->type != type) {
        return document_diagnose(document, node, 0, "%s has to be a %s", what,
                                 mapping ? "mapping (key: value)" : "list");
    }
    *count = mapping ? (size_t)(node->data.mapping.pairs.top - node->data.mapping.pairs.start)
                     : (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
    if (*count < least || *count > most) {
        return document_diagnose(document, node, 0, "%s has %zu entries, and may have %zu to %zu",
                                 what, *count, least, most);
    }
    for (size_t i = 0; mapping && i < *count; i++) {
        yaml_node_t *key = document_key_at(document, node, i);
        const char *text = document_text(document, key, "a key");

        if (text == NULL) {
            return false;
        }
        for (size_t j = 0; j < i; j++) {
            if (strcmp((const char *)document_key_at(document, node, j)->data.scalar.value, text) ==
                0) {
                return document_diagnose(document, key, 0, "'%s' is here twice", text);
            }
        }
    }
    return true;
}

bool
document_mapping(const struct document *document, yaml_node_t *node, const char *what,
                 const struct document_key *keys, size_t count, yaml_node_t **values)
{
    const char *names[16];
    size_t members = 0;

    for (size_t k = 0; k < count; k++) {
        names[k] = keys[k].name;
        values[k] = NULL;
    }
    if (!document_members(document, node, what, YAML_MAPPING_NODE, 0, 64, &members)) {
        return false;
    }
    for (size_t i = 0; i < members; i++) {
        yaml_node_t *key = document_key_at(document, node, i);
        int k = document_word(document, key, "key", names, count);

        if (k < 0) {
            return false;
        }
        values[k] = document_value_at(document, node, i);
    }
    for (size_t k = 0; k < count; k++) {
        if (keys[k].required && values[k] == NULL) {
            return document_diagnose(document, node, 0, "%s lacks '%s'", what, keys[k].name);
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
document_column(const yaml_node_t *node, size_t offset)
{
    bool quoted = node->type == YAML_SCALAR_NODE &&
                  (node->data.scalar.style == YAML_SINGLE_QUOTED_SCALAR_STYLE ||
                   node->data.scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE);

    return node->start_mark.column + 1 + quoted + offset;
}

const char *
document_text(const struct document *document, yaml_node_t *node, const char *what)
{
    return document_long_text(document, node, what, DOCUMENT_MAX_TEXT);
}

const char *
document_long_text(const struct document *document, yaml_node_t *node, const char *what,
                   size_t most)
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
        document_diagnose(document, node, 0, "%s %s", what, problem);
        return NULL;
    }
    if (strlen(text) > most) {
        document_diagnose(document, node, 0, "%s is longer than %zu bytes", what, most);
        return NULL;
    }
    return text;
}

int
document_word(const struct document *document, yaml_node_t *node, const char *what,
              const char *const *words, size_t count)
{
    const char *text = document_text(document, node, what);
    char hint[DIAGNOSTIC_HINT_SIZE];

    for (size_t i = 0; text != NULL && i < count; i++) {
        if (strcmp(words[i], text) == 0) {
            return (int)i;
        }
    }
    if (text != NULL) {
        document_diagnose(document, node, 0, "unknown %s '%s'%s", what, text,
                          diagnostic_hint(text, words, count, hint));
    }
    return -1;
}

int
document_number(const struct document *document, yaml_node_t *node, const char *what, int least,
                int most)
{
    const char *text = document_text(document, node, what);
    long number;
    char *end;

    if (text == NULL) {
        return -1;
    }
    number = strtol(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || strlen(text) > 9 || number < least ||
        number > most) {
        document_diagnose(document, node, 0, "%s has to be a whole number from %d to %d", what,
                          least, most);
        return -1;
    }
    return (int)number;
}

int
document_truth(const struct document *document, yaml_node_t *node, const char *what)
{
    static const char *const words[] = {"false", "true"};

    return document_word(document, node, what, words, 2);
}
