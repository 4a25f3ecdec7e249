/* A document as YAML text, with some of its parts left out, or others in their place. */
#ifndef TAPWEAVE_HARNESS_DOCUMENT_WRITE_H
#define TAPWEAVE_HARNESS_DOCUMENT_WRITE_H

#include "harness/document.h"

/* A part of a document that is written otherwise. */
struct document_edit {
    const yaml_node_t *node; /* a member of a sequence, or the key or the value in a mapping */
    const char *text;        /* the scalar in its place, of a value; NULL: it is left out, a key
                                together with its value.  Not owned */
};

enum { DOCUMENT_MAX_EDITS = 256 };

struct document_edits {
    unsigned count;
    struct document_edit edit[DOCUMENT_MAX_EDITS];
};

/* The text, of lines of at most 100 columns where that can be, to be given to free().  Comments are
 * not kept.  NULL with a diagnostic if there is no memory. */
char *document_write(const struct document *document, const struct document_edits *edits);

#endif
