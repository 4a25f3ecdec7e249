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

struct document;

/* A part of a document. */
struct part {
    struct document *document;
    yaml_node_t *node; /* NULL: there is no such part */
    int value;         /* what part_mapping has read of it; 0: nothing */
};

struct document {
    const char *path;              /* not owned */
    struct diagnostic *diagnostic; /* not owned: where what is wrong in it is said */
    char sha256[65];               /* of the file, in hexadecimal */
    yaml_document_t document;
    struct part root;
};

/* Reads the one document of the file.  False with a diagnostic, and nothing to close, if the file
 * cannot be read, is too large, is not well-formed, or holds no document or several. */
bool document_open_yaml(struct document *document, const char *path, struct diagnostic *diagnostic);
bool document_open_json(struct document *document, const char *path, struct diagnostic *diagnostic);
void document_close(struct document *document);

/* Where the part is: itself, or, with an `offset`, that many bytes into its text. */
struct place part_place(struct part part, size_t offset);

/* Where its text is, `offset` bytes into it; an opening quote is passed over. */
struct place part_text_place(struct part part, size_t offset);

/* Reports about a part of the file, at its place, and is false. */
#define refuse(part, ...) refuse_at(part, 0, __VA_ARGS__)
#define refuse_at(part, offset, ...) \
    diagnose_at((part).document->diagnostic, part_place(part, offset), __VA_ARGS__)

/* A key that a mapping may have, and what its value may be: one of some words, a number of a range,
 * or anything. */
struct document_key {
    const char *name;
    bool required;
    const char *what;         /* what its value is called in diagnostics; NULL: as the key */
    const char *const *words; /* a NULL behind them */
    int least, most;
};

/* "false" and "true". */
extern const char *const document_truths[];

/* Checks that the part is a mapping with only these keys, none of them twice, and all that are
 * required, and stores the values in the keys' order.  Of one that is a word or a number, `value`
 * is the word's index or the number; 0 of a key that is absent.  `what` names the mapping in
 * diagnostics, as in "a guest". */
bool part_mapping(struct part part, const char *what, const struct document_key *keys, size_t count,
                  struct part *values);

/* Members of a mapping or a sequence: the number of them, 0 of a part that is not there, and each
 * one.  -1 with a diagnostic if the part is of the other kind, or has fewer than `least` or more
 * than `most` members; a mapping's keys are scalars, no two of them equal. */
int part_members(struct part part, const char *what, yaml_node_type_t type, int least, int most);
struct part part_key(struct part part, int index);
struct part part_member(struct part part, int index);

/* The text of a scalar, 1 to DOCUMENT_MAX_TEXT bytes without control characters, or NULL with a
 * diagnostic.  It lives as long as the document. */
const char *part_text(struct part part, const char *what);

/* Copies such a text if it fits in `size` bytes, its NUL among them; of a part that is not there,
 * nothing.  False with a diagnostic if it does not. */
bool part_copy(struct part part, const char *what, char *out, size_t size);

/* The index of the scalar among the words, or -1 with a diagnostic that names the nearest one. */
int part_word(struct part part, const char *what, const char *const *words, size_t count);

/* A whole number from `least` to `most`, or -1 with a diagnostic. */
int part_number(struct part part, const char *what, int least, int most);

#endif
