/* The page of an HTML report: see page.h. */
#include "harness/html/page.h"

#include "harness/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A file, as it is when the program is assembled, and a NUL, under that name. */
#define EMBED(name, file)                                     \
    __asm__(".section .rodata\n.global " name "\n" name ":\n" \
            ".incbin \"harness/html/" file "\"\n.byte 0\n.previous\n")

EMBED("page_html", "page.html");
EMBED("page_css", "page.css");
EMBED("page_js", "page.js");
EMBED("story_js", "story.js");
extern const char page_html[], page_css[], page_js[], story_js[];

/* JSON within a script element: no "</script>", and no "<!--". */
static void
write_data(FILE *file, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '<') { /* which is in strings alone */
            fputs("\\u003c", file);
        } else {
            fputc(*text, file);
        }
    }
}

/* The page up to a mark in it, and what stands in its place. */
static const char *
write_up_to(FILE *file, const char *page, const char *mark)
{
    const char *at = strstr(page, mark);

    fwrite(page, 1, (size_t)(at - page), file);
    return at + strlen(mark);
}

char *
page_write(const json_t *data)
{
    char *json = data == NULL ? NULL : json_dumps(data, JSON_COMPACT);
    const char *page = page_html;
    struct text text;
    FILE *file = json == NULL ? NULL : text_open(&text);
    size_t length;

    if (file == NULL) {
        free(json);
        return NULL;
    }
    page = write_up_to(file, page, "@css@");
    fputs(page_css, file);
    page = write_up_to(file, page, "@data@");
    write_data(file, json);
    page = write_up_to(file, page, "@js@");
    fputs(page_js, file);
    fputs(story_js, file);
    length = strlen(page);
    fwrite(page, 1, length > 0 && page[length - 1] == '\n' ? length - 1 : length, file);
    free(json);
    return text_close(file, &text) ? text.bytes : NULL;
}
