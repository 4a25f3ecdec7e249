/* A page for people: the matrix, and for each violation the shortest way to it, step by step.  One
 * file that loads nothing from elsewhere (docs/report.md). */
#include "harness/formats/format.h"
#include "harness/html/data.h"
#include "harness/html/page.h"

#include <stdlib.h>

char *
format_html(const struct findings *findings)
{
    struct stories *stories =
        stories_tell(findings->cell, findings->cells, findings->bounds, findings->jobs);
    json_t *data = stories == NULL ? NULL : data_json(findings, stories);
    char *page = page_write(data);

    if (stories != NULL) {
        stories_free(stories, findings->cells);
    }
    json_decref(data);
    return page;
}
