/* A YAML or JSON file as a document whose every part knows its line and column.
 *
 * Libyaml reads YAML, jansson JSON.  Both become nodes of libyaml's; those of a JSON file get their
 * places in one pass over its text, because jansson keeps none. */
#ifndef TAPWEAVE_HARNESS_DOCUMENT_H
#define TAPWEAVE_HARNESS_DOCUMENT_H

#include "harness/diagnostic.h"

#include <yaml.h>

enum {
    DOCUMENT_MAX_BYTES = 64 * 1024,
    DOCUMENT_MAX_JSON_BYTES = 1024 * 1024,
    DOCUMENT_MAX_DEPTH = 32, /* of brackets: libyaml's time grows with the square of it */
    DOCUMENT_MAX_TEXT = 600, /* bytes of a scalar, but for a path */
    DOCUMENT_MAX_PATH = 4096,
};

struct document {
    const char *path;              /* not owned */
    struct diagnostic *diagnostic; /* not owned: where what is wrong in it is said */
    char sha256[65];               /* of the file, in hexadecimal */
    yaml_document_t document;
    yaml_node_t *root;
};

/* Reads the one document of the file.  False with a diagnostic, and nothing to close, if the file
 * cannot be read, is too large, is not well-formed, or holds no document or several. */
bool document_open_yaml(struct document *document, const char *path, struct diagnostic *diagnostic);
bool document_open_json(struct document *document, const char *path, struct diagnostic *diagnostic);
void document_close(struct document *document);

/* The column of the text of a node, `offset` bytes into it; an opening quote is passed over. */
size_t document_column(const yaml_node_t *node, size_t offset);

/* Reports about a part of the file, at its position: the node itself, or, with an `offset`, that
 * many bytes into its text. */
#define document_diagnose(document, node, offset, ...)                                      \
    diagnose((document)->diagnostic, EXIT_BAD_INPUT, (document)->path,                      \
             (node)->start_mark.line + 1,                                                   \
             (offset) == 0 ? (node)->start_mark.column + 1 : document_column(node, offset), \
             __VA_ARGS__)

/* A key that a mapping may have. */
struct document_key {
    const char *name;
    bool required;
};

/* Checks that `node` is a mapping with only these keys, none of them twice, and all that are
 * required, and stores the values in the keys' order, NULL for a key that is absent.  `what` names
 * the mapping in diagnostics, as in "a guest". */
bool document_mapping(const struct document *document, yaml_node_t *node, const char *what,
                      const struct document_key *keys, size_t count, yaml_node_t **values);

/* Members of a mapping or a sequence: the number of them, and each one.  False with a diagnostic if
 * the node is of the other kind, or has fewer than `least` or more than `most` members; a mapping's
 * keys are scalars, no two of them equal. */
bool document_members(const struct document *document, yaml_node_t *node, const char *what,
                      yaml_node_type_t type, size_t least, size_t most, size_t *count);
yaml_node_t *document_key_at(const struct document *document, const yaml_node_t *node,
                             size_t index);
yaml_node_t *document_value_at(const struct document *document, const yaml_node_t *node,
                               size_t index);

/* The text of a scalar, 1 to DOCUMENT_MAX_TEXT bytes without control characters, or NULL with a
 * diagnostic.  It lives as long as the document. */
const char *document_text(const struct document *document, yaml_node_t *node, const char *what);

/* The same, of at most `most` bytes. */
const char *document_long_text(const struct document *document, yaml_node_t *node, const char *what,
                               size_t most);

/* The index of the scalar among the words, or -1 with a diagnostic that names the nearest one. */
int document_word(const struct document *document, yaml_node_t *node, const char *what,
                  const char *const *words, size_t count);

/* A whole number from `least` to `most`, or -1 with a diagnostic. */
int document_number(const struct document *document, yaml_node_t *node, const char *what, int least,
                    int most);

/* "true" or "false": 1 or 0, or -1 with a diagnostic. */
int document_truth(const struct document *document, yaml_node_t *node, const char *what);

#endif
