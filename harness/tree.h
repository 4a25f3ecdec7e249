/* A YAML or JSON file as a tree whose every part knows its line and column.
 *
 * libyaml reads both: a JSON file is checked by jansson first, which is strict about what JSON is,
 * and is then read as the YAML that it also is, because jansson does not keep positions. */
#ifndef TAPWEAVE_HARNESS_TREE_H
#define TAPWEAVE_HARNESS_TREE_H

#include "harness/complaint.h"

#include <yaml.h>

enum {
    TREE_MAX_BYTES = 64 * 1024,
    TREE_MAX_JSON_BYTES = 1024 * 1024,
    TREE_MAX_DEPTH = 32, /* brackets within brackets: libyaml's time grows with the square of it */
    TREE_MAX_TEXT = 600, /* bytes of a scalar, but for a path */
    TREE_MAX_PATH = 4096,
};

struct tree {
    const char *path; /* not owned */
    char sha256[65];  /* of the file, in hexadecimal */
    yaml_document_t document;
    yaml_node_t *root;
};

/* Reads the one document of the file.  False with a complaint, and nothing to close, if the file
 * cannot be read, is too large, is not well-formed, or holds no document or several. */
bool tree_open_yaml(struct tree *tree, const char *path, struct complaint *complaint);
bool tree_open_json(struct tree *tree, const char *path, struct complaint *complaint);
void tree_close(struct tree *tree);

/* The column of the text of a node, `offset` bytes into it; an opening quote is passed over. */
size_t tree_column(const yaml_node_t *node, size_t offset);

/* Complains about a part of the file, at its position: the node itself, or, with an `offset`, that
 * many bytes into its text. */
#define tree_complain(tree, node, offset, complaint, ...)                               \
    complain(complaint, EXIT_BAD_INPUT, (tree)->path, (node)->start_mark.line + 1,      \
             (offset) == 0 ? (node)->start_mark.column + 1 : tree_column(node, offset), \
             __VA_ARGS__)

/* A key that a mapping may have. */
struct tree_key {
    const char *name;
    bool required;
};

/* Checks that `node` is a mapping with only these keys, none of them twice, and all that are
 * required, and stores the values in the keys' order, NULL for a key that is absent.  `what` names
 * the mapping in complaints, as in "a guest". */
bool tree_mapping(const struct tree *tree, yaml_node_t *node, const char *what,
                  const struct tree_key *keys, size_t count, yaml_node_t **values,
                  struct complaint *complaint);

/* Members of a mapping or a sequence: the number of them, and each one.  False with a complaint if
 * the node is of the other kind, or has fewer than `least` or more than `most` members; a mapping's
 * keys are scalars, no two of them equal. */
bool tree_members(const struct tree *tree, yaml_node_t *node, const char *what,
                  yaml_node_type_t type, size_t least, size_t most, size_t *count,
                  struct complaint *complaint);
yaml_node_t *tree_key_at(const struct tree *tree, const yaml_node_t *node, size_t index);
yaml_node_t *tree_value_at(const struct tree *tree, const yaml_node_t *node, size_t index);

/* The text of a scalar, 1 to TREE_MAX_TEXT bytes without control characters, or NULL with a
 * complaint.  It lives as long as the tree. */
const char *tree_text(const struct tree *tree, yaml_node_t *node, const char *what,
                      struct complaint *complaint);

/* The same, of at most `most` bytes. */
const char *tree_long_text(const struct tree *tree, yaml_node_t *node, const char *what,
                           size_t most, struct complaint *complaint);

/* The index of the scalar among the words, or -1 with a complaint that names the nearest one. */
int tree_word(const struct tree *tree, yaml_node_t *node, const char *what,
              const char *const *words, size_t count, struct complaint *complaint);

/* A whole number from `least` to `most`, or -1 with a complaint. */
int tree_number(const struct tree *tree, yaml_node_t *node, const char *what, int least, int most,
                struct complaint *complaint);

/* "true" or "false": 1 or 0, or -1 with a complaint. */
int tree_truth(const struct tree *tree, yaml_node_t *node, const char *what,
               struct complaint *complaint);

#endif
