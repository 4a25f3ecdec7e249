/* Output files that appear whole or not at all. */
#ifndef TAPWEAVE_HARNESS_OUTPUT_H
#define TAPWEAVE_HARNESS_OUTPUT_H

#include "harness/diagnostic.h"

#include <jansson.h>

/* Writes the JSON, and a newline, to the file, or to standard output for "-", or nowhere for NULL,
 * which stands for JSON that is not asked for.  A file is written
 * under another name beside it, with its mode, and then renamed; through a symbolic link, where
 * that leads, whether or not there is a file.  Other names of the file (hard links) keep what was
 * there.  A pipe or a device is written to directly, and so is a file whose folder lets nobody put
 * another one there.  False with a diagnostic if that fails; a file that was replaced is then as it
 * was.  `json` is released in any case. */
bool output_json(json_t *json, const char *path, struct diagnostic *diagnostic);

/* The same with a text, which is to have no newline at its end, and a path that is not "-". */
bool output_file(const char *text, const char *path, struct diagnostic *diagnostic);

/* The same with bytes: parts that follow each other, the last of which is {NULL, 0}. */
struct output_part {
    const void *bytes;
    size_t size;
};
bool output_parts(const struct output_part *parts, const char *path, struct diagnostic *diagnostic);

/* Makes the folder, if there is none; the one that it is to be in has to be there.  *made says
 * whether it was made, so that it can be taken away again.  False with a diagnostic if that fails,
 * or if there is something else of that name. */
bool output_folder(const char *path, bool *made, struct diagnostic *diagnostic);

/* The same with a text and JSON: both files are written, or neither, and then what was there before
 * is there again.  (A pipe or a device keeps what it got.) */
bool output_pair(const char *text, const char *path, json_t *json, const char *json_path,
                 struct diagnostic *diagnostic);

/* A text as JSON.  Bytes that are not UTF-8, as a file's name may have, become '?'. */
json_t *output_text(const char *text);

/* Flushes standard output.  False with a diagnostic if anything written to it was lost. */
bool output_flush(struct diagnostic *diagnostic);

#endif
