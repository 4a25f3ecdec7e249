/* A document as YAML text: see document_write.h. */
#include "harness/document_write.h"

#include "harness/text.h"

#include <stdlib.h>
#include <string.h>

/* A copy in the making. */
struct copying {
    yaml_document_t *from, *to;
    const struct document_edits *edits;
};

static const struct document_edit *
edit_of(const struct copying *copying, const yaml_node_t *node)
{
    for (unsigned i = 0; i < copying->edits->count; i++) {
        if (copying->edits->edit[i].node == node) {
            return &copying->edits->edit[i];
        }
    }
    return NULL;
}

static int copy(const struct copying *copying, int index);

/* All of the copy's functions return the new node's index, or 0: there is no memory. */
static int
copy_sequence(const struct copying *copying, const yaml_node_t *node)
{
    int sequence = yaml_document_add_sequence(copying->to, NULL, node->data.sequence.style);

    for (const yaml_node_item_t *item = node->data.sequence.items.start;
         item < node->data.sequence.items.top && sequence != 0; item++) {
        const struct document_edit *edit =
            edit_of(copying, yaml_document_get_node(copying->from, *item));
        int member;

        if (edit != NULL && edit->text == NULL) {
            continue;
        }
        member = copy(copying, *item);
        if (member == 0 || !yaml_document_append_sequence_item(copying->to, sequence, member)) {
            return 0;
        }
    }
    return sequence;
}

static int
copy_mapping(const struct copying *copying, const yaml_node_t *node)
{
    int mapping = yaml_document_add_mapping(copying->to, NULL, node->data.mapping.style);

    for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
         pair < node->data.mapping.pairs.top && mapping != 0; pair++) {
        const struct document_edit *edit =
            edit_of(copying, yaml_document_get_node(copying->from, pair->key));
        int key, value;

        if (edit != NULL && edit->text == NULL) {
            continue;
        }
        key = copy(copying, pair->key);
        value = copy(copying, pair->value);
        if (key == 0 || value == 0 ||
            !yaml_document_append_mapping_pair(copying->to, mapping, key, value)) {
            return 0;
        }
    }
    return mapping;
}

static int
copy(const struct copying *copying, int index)
{
    const yaml_node_t *node = yaml_document_get_node(copying->from, index);
    const struct document_edit *edit = edit_of(copying, node);

    if (edit != NULL) {
        return yaml_document_add_scalar(copying->to, NULL, (const yaml_char_t *)edit->text,
                                        (int)strlen(edit->text), YAML_ANY_SCALAR_STYLE);
    }
    if (node->type == YAML_SEQUENCE_NODE) {
        return copy_sequence(copying, node);
    }
    if (node->type == YAML_MAPPING_NODE) {
        return copy_mapping(copying, node);
    }
    return yaml_document_add_scalar(copying->to, NULL, node->data.scalar.value,
                                    (int)node->data.scalar.length, node->data.scalar.style);
}

/* Writes the document, which is gone then. */
static bool
emit(yaml_document_t *document, struct text *text)
{
    FILE *file = text_open(text);
    enum { WIDTH = 100 };
    yaml_emitter_t emitter;
    bool done;

    if (file == NULL || !yaml_emitter_initialize(&emitter)) {
        text_close(file, text);
        yaml_document_delete(document);
        return false;
    }
    yaml_emitter_set_output_file(&emitter, file);
    yaml_emitter_set_unicode(&emitter, 1);
    yaml_emitter_set_width(&emitter, WIDTH);
    done = yaml_emitter_open(&emitter) && yaml_emitter_dump(&emitter, document) &&
           yaml_emitter_close(&emitter);
    yaml_emitter_delete(&emitter);
    return text_close(file, text) && done;
}

char *
document_write(const struct document *document, const struct document_edits *edits)
{
    yaml_document_t from = document->document, to;
    const struct copying copying = {&from, &to, edits};
    struct text text = {NULL, 0};
    bool done = yaml_document_initialize(&to, NULL, NULL, NULL, 1, 1) != 0;

    if (done && copy(&copying, 1) == 0) { /* the root is the first one */
        yaml_document_delete(&to);
        done = false;
    }
    done = done && emit(&to, &text);
    if (!done) {
        free(text.bytes);
        diagnose(document->diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
        return NULL;
    }
    return text.bytes;
}
