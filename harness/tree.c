/* What a tree holds, checked as it is read: see tree.h. */
#include "harness/tree.h"

#include <stdlib.h>
#include <string.h>

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
