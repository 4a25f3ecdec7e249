/* JUnit's XML, as Jenkins and GitLab read it: a suite for each scenario, a test case for each claim
 * about a policy.  What is undecided is an error. */
#include "harness/formats/format.h"
#include "harness/memory.h"

#include <libxml/xmlwriter.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct counts {
    unsigned tests, failures, errors;
};

static struct counts
count(const struct finding *finding, unsigned findings)
{
    struct counts counts = {.tests = findings};

    for (unsigned i = 0; i < findings; i++) {
        counts.failures += finding[i].verdict == CLAIM_FAILS && !finding[i].known;
        counts.errors += finding[i].verdict == CLAIM_UNDECIDED;
    }
    return counts;
}

static void
attribute(xmlTextWriterPtr writer, const char *name, const char *value)
{
    xmlTextWriterWriteAttribute(writer, BAD_CAST name, BAD_CAST value);
}

static void
attribute_number(xmlTextWriterPtr writer, const char *name, unsigned number)
{
    xmlTextWriterWriteFormatAttribute(writer, BAD_CAST name, "%u", number);
}

static void
begin_counted(xmlTextWriterPtr writer, const char *element, const char *name, struct counts counts)
{
    xmlTextWriterStartElement(writer, BAD_CAST element);
    attribute(writer, "name", name);
    attribute_number(writer, "tests", counts.tests);
    attribute_number(writer, "failures", counts.failures);
    attribute_number(writer, "errors", counts.errors);
}

/* What Jenkins takes for a package and a class: the path without its ending, and dots for slashes.
 */
static void
write_class(xmlTextWriterPtr writer, const struct finding *finding)
{
    const char *slash = strrchr(finding->path, '/'), *dot = strrchr(finding->path, '.');
    char *name = memory_copy(finding->path);

    if (dot != NULL && dot > finding->path && (slash == NULL || dot > slash + 1)) {
        name[dot - finding->path] = '\0';
    }
    for (char *at = name; *at != '\0'; at++) {
        if (*at == '/') {
            *at = '.';
        }
    }
    attribute(writer, "classname", name);
    free(name);
}

static bool
write_case(xmlTextWriterPtr writer, const struct finding *finding)
{
    const bool failure = finding->verdict == CLAIM_FAILS;
    char *trace = NULL;

    xmlTextWriterStartElement(writer, BAD_CAST "testcase");
    write_class(writer, finding);
    xmlTextWriterWriteFormatAttribute(writer, BAD_CAST "name", "%s: %s", finding->cell->policy,
                                      finding->claim);
    attribute(writer, "file", finding->path);
    if (finding->verdict != CLAIM_HOLDS) {
        trace = finding_trace(finding);
        if (trace == NULL) {
            return false;
        }
        xmlTextWriterStartElement(writer, BAD_CAST(finding->known ? "skipped"
                                                   : failure      ? "failure"
                                                                  : "error"));
        attribute(writer, "message", finding->text);
        if (!finding->known) {
            attribute(writer, "type", finding_rule(finding));
        }
        xmlTextWriterWriteFormatString(
            writer, "%s:%zu:%zu: %s\n%s%s%s", finding->path, finding->line, finding->column,
            finding->text, finding->scenario->title, trace[0] == '\0' ? "" : "\n\n", trace);
        xmlTextWriterEndElement(writer);
        free(trace);
    }
    xmlTextWriterEndElement(writer);
    return true;
}

static bool
write_suites(xmlTextWriterPtr writer, const struct findings *findings)
{
    const struct finding *finding = findings->finding;
    bool written = true;

    xmlTextWriterSetIndent(writer, 1);
    xmlTextWriterStartDocument(writer, NULL, "UTF-8", NULL);
    begin_counted(writer, "testsuites", "tapweave", count(finding, findings->count));
    for (unsigned i = 0, next; written && i < findings->count; i = next) {
        for (next = i; next < findings->count && finding[next].scenario == finding[i].scenario;) {
            next++;
        }
        begin_counted(writer, "testsuite", finding[i].path, count(&finding[i], next - i));
        for (unsigned j = i; written && j < next; j++) {
            written = write_case(writer, &finding[j]);
        }
        xmlTextWriterEndElement(writer);
    }
    return xmlTextWriterEndDocument(writer) >= 0 && written;
}

char *
format_junit(const struct findings *findings)
{
    xmlTextWriterPtr writer;
    xmlBufferPtr buffer;
    char *text = NULL;
    bool written;

    xmlMemSetup(free, memory_make, memory_grow, memory_copy);
    buffer = xmlBufferCreate();
    writer = buffer == NULL ? NULL : xmlNewTextWriterMemory(buffer, 0);
    written = writer != NULL && write_suites(writer, findings);
    if (writer != NULL) {
        xmlFreeTextWriter(writer);
    }
    if (written) {
        text = strdup((const char *)xmlBufferContent(buffer));
    }
    if (text != NULL && text[0] != '\0') {
        text[strlen(text) - 1] = '\0'; /* its newline */
    }
    xmlBufferFree(buffer);
    return text;
}
