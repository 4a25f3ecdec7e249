/* The page of an HTML report: page.html with page.css, page.js and the data in it. */
#ifndef TAPWEAVE_HARNESS_PAGE_H
#define TAPWEAVE_HARNESS_PAGE_H

#include <jansson.h>

/* To be freed by the caller, without a newline at its end; NULL without memory, or of NULL. */
char *page_write(const json_t *data);

#endif
