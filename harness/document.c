/* What a document holds, checked as it is read: see document.h. */
#include "harness/document.h"

#include <stdlib.h>
#include <string.h>

const char *const document_truths[] = {"false", "true", NULL};

struct place
part_text_place(struct part part, size_t offset)
{
    const yaml_node_t *node = part.node;
    bool quoted = node->type == YAML_SCALAR_NODE &&
                  (node->data.scalar.style == YAML_SINGLE_QUOTED_SCALAR_STYLE ||
                   node->data.scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE);

    return (struct place){part.document->path, node->start_mark.line + 1,
                          node->start_mark.column + 1 + quoted + offset};
}

struct place
part_place(struct part part, size_t offset)
{
    struct place place = part_text_place(part, offset);

    place.column = offset == 0 ? part.node->start_mark.column + 1 : place.column;
    return place;
}

static struct part
numbered(struct part part, int number)
{
    return (struct part){part.document, yaml_document_get_node(&part.document->document, number),
                         0};
}

struct part
part_key(struct part part, int index)
{
    return numbered(part, part.node->data.mapping.pairs.start[index].key);
}

struct part
part_member(struct part part, int index)
{
    return numbered(part, part.node->type == YAML_MAPPING_NODE
                              ? part.node->data.mapping.pairs.start[index].value
                              : part.node->data.sequence.items.start[index]);
}

int
part_members(struct part part, const char *what, yaml_node_type_t type, int least, int most)
{
    const yaml_node_t *node = part.node;
    bool mapping = type == YAML_MAPPING_NODE;
    int count;

    if (node == NULL) {
        return 0;
    }
    if (node->type != type) {
        refuse(part, "%s has to be a %s", what, mapping ? "mapping (key: value)" : "list");
        return -1;
    }
    count = (int)(mapping ? node->data.mapping.pairs.top - node->data.mapping.pairs.start
                          : node->data.sequence.items.top - node->data.sequence.items.start);
    if (count < least || count > most) {
        refuse(part, "%s has %d entries, and may have %d to %d", what, count, least, most);
        return -1;
    }
    for (int i = 0; mapping && i < count; i++) {
        const char *text = part_text(part_key(part, i), "a key");

        if (text == NULL) {
            return -1;
        }
        for (int j = 0; j < i; j++) {
            if (strcmp((const char *)part_key(part, j).node->data.scalar.value, text) == 0) {
                refuse(part_key(part, i), "'%s' is here twice", text);
                return -1;
            }
        }
    }
    return count;
}

/* What a key's value means, as part_mapping says it; -1 with a diagnostic. */
static int
read_value(struct part part, const struct document_key *key)
{
    const char *what = key->what != NULL ? key->what : key->name;
    size_t words = 0;

    if (key->words == NULL) {
        return key->most == 0 ? 0 : part_number(part, what, key->least, key->most);
    }
    while (key->words[words] != NULL) {
        words++;
    }
    return part_word(part, what, key->words, words);
}

bool
part_mapping(struct part part, const char *what, const struct document_key *keys, size_t count,
             struct part *values)
{
    const char *names[16];
    int members = part_members(part, what, YAML_MAPPING_NODE, 0, 64);

    if (members < 0) {
        return false;
    }
    for (size_t k = 0; k < count; k++) {
        names[k] = keys[k].name;
        values[k] = (struct part){0};
    }
    for (int i = 0; i < members; i++) {
        int k = part_word(part_key(part, i), "key", names, count);

        if (k < 0) {
            return false;
        }
        values[k] = part_member(part, i);
    }
    for (size_t k = 0; k < count; k++) {
        if (keys[k].required && values[k].node == NULL) {
            return refuse(part, "%s lacks '%s'", what, keys[k].name);
        }
    }
    for (size_t k = 0; k < count; k++) {
        if (values[k].node != NULL && (values[k].value = read_value(values[k], &keys[k])) < 0) {
            return false;
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

static const char *
long_text(struct part part, const char *what, size_t most)
{
    const yaml_node_t *node = part.node;
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
        refuse(part, "%s %s", what, problem);
        return NULL;
    }
    if (strlen(text) > most) {
        refuse(part, "%s is longer than %zu bytes", what, most);
        return NULL;
    }
    return text;
}

const char *
part_text(struct part part, const char *what)
{
    return long_text(part, what, DOCUMENT_MAX_TEXT);
}

bool
part_copy(struct part part, const char *what, char *out, size_t size)
{
    const char *text = part.node == NULL ? NULL : long_text(part, what, size - 1);

    if (text != NULL) {
        strcpy(out, text);
    }
    return text != NULL || part.node == NULL;
}

int
part_word(struct part part, const char *what, const char *const *words, size_t count)
{
    const char *text = part_text(part, what);

    return text == NULL ? -1
                        : diagnostic_word(part.document->diagnostic, part_place(part, 0), what,
                                          text, words, count);
}

int
part_number(struct part part, const char *what, int least, int most)
{
    const char *text = part_text(part, what);
    long number;
    char *end;

    if (text == NULL) {
        return -1;
    }
    number = strtol(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || strlen(text) > 9 || number < least ||
        number > most) {
        refuse(part, "%s has to be a whole number from %d to %d", what, least, most);
        return -1;
    }
    return (int)number;
}
