/* Texts in memory: see text.h. */
#define _GNU_SOURCE /* fopencookie */
#include "harness/text.h"

#include <stdlib.h>
#include <string.h>

static ssize_t
append(void *cookie, const char *bytes, size_t size)
{
    struct text *text = cookie;
    char *grown = realloc(text->bytes, text->size + size + 1);

    if (grown == NULL) {
        return 0; /* which the stream takes for an error, and keeps */
    }
    text->bytes = grown;
    memcpy(grown + text->size, bytes, size);
    text->size += size;
    grown[text->size] = '\0';
    return (ssize_t)size;
}

/* For ftell alone: what is printed comes behind all that was. */
static int
tell(void *cookie, off64_t *offset, int whence)
{
    const struct text *text = cookie;

    if (whence != SEEK_CUR || *offset != 0) {
        return -1;
    }
    *offset = (off64_t)text->size;
    return 0;
}

FILE *
text_open(struct text *text)
{
    *text = (struct text){NULL, 0};
    return fopencookie(text, "w", (cookie_io_functions_t){.write = append, .seek = tell});
}

bool
text_close(FILE *file, struct text *text)
{
    bool whole = file != NULL && fflush(file) == 0 && !ferror(file);

    if (file != NULL) {
        fclose(file);
    }
    if (whole && text->bytes == NULL) {
        text->bytes = strdup("");
        whole = text->bytes != NULL;
    }
    if (!whole) {
        free(text->bytes);
        *text = (struct text){NULL, 0};
    }
    return whole;
}
