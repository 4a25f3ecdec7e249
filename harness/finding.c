/* What a check has come to: see finding.h. */
#define _GNU_SOURCE /* get_current_dir_name */
#include "harness/finding.h"

#include "harness/memory.h"
#include "harness/print.h"
#include "harness/report.h"
#include "harness/text.h"

#include <errno.h>
#include <sha256.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Bytes of the UTF-8 character at `text`; 0 if there is none that XML allows. */
static size_t
character(const unsigned char *text)
{
    const size_t length = text[0] < 0x80             ? 1
                          : (text[0] & 0xe0) == 0xc0 ? 2
                          : (text[0] & 0xf0) == 0xe0 ? 3
                          : (text[0] & 0xf8) == 0xf0 ? 4
                                                     : 0;
    static const uint32_t least[] = {0, 0x20, 0x80, 0x800, 0x10000};
    uint32_t code = length == 1 ? text[0] : text[0] & (0x7fu >> length);

    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80) {
            return 0;
        }
        code = code << 6 | (text[i] & 0x3f);
    }
    if (code == '\n') {
        return 1;
    }
    return length == 0 || code < least[length] || code == 0x7f || code > 0x10ffff ||
                   (code >= 0xd800 && code < 0xe000) || (code & 0xfffe) == 0xfffe
               ? 0
               : length;
}

/* What other programs cannot read becomes '?'. */
static char *
clean(char *text)
{
    for (char *at = text; at != NULL && *at != '\0';) {
        size_t length = character((const unsigned char *)at);

        if (length == 0) {
            *at = '?';
        }
        at += length == 0 ? 1 : length;
    }
    return text;
}

/* A path below the current folder without the name of that. */
static char *
relative(const char *path)
{
    char *here = path[0] == '/' ? get_current_dir_name() : NULL;
    size_t length = here == NULL ? 0 : strlen(here);

    if (path[0] == '/' && here == NULL && errno == ENOMEM) {
        memory_lacks();
    }
    if (length > 1 && strncmp(path, here, length) == 0 && path[length] == '/') {
        path += length + 1;
    }
    free(here);
    while (strncmp(path, "./", 2) == 0) {
        path += 2 + strspn(path + 2, "/");
    }
    return clean(strdup(path));
}

static void
free_finding(struct finding *finding)
{
    free(finding->path);
    free(finding->claim);
    free(finding->text);
}

bool
findings_add(struct findings *findings, struct finding finding, char *claim, char *text)
{
    finding.path = relative(finding.scenario->path);
    finding.claim = claim;
    finding.text = clean(text);
    if (findings->count == findings->room) {
        const unsigned room = findings->room == 0 ? 64 : 2 * findings->room;
        struct finding *more = realloc(findings->finding, room * sizeof *more);

        if (more != NULL) {
            findings->finding = more;
            findings->room = room;
        }
    }
    if (findings->count == findings->room || finding.path == NULL || claim == NULL ||
        text == NULL) {
        free_finding(&finding);
        return false;
    }
    findings->finding[findings->count++] = finding;
    return true;
}

void
findings_free(struct findings *findings)
{
    for (unsigned i = 0; i < findings->count; i++) {
        free_finding(&findings->finding[i]);
    }
    free(findings->finding);
    *findings = (struct findings){0};
}

unsigned
findings_count(const struct findings *findings, enum claim_verdict verdict)
{
    unsigned count = 0;

    for (unsigned i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->finding[i];

        count += finding->verdict == verdict && !finding->known;
    }
    return count;
}

unsigned
findings_known(const struct findings *findings)
{
    unsigned count = 0;

    for (unsigned i = 0; i < findings->count; i++) {
        count += findings->finding[i].known;
    }
    return count;
}

const char *
finding_rule(const struct finding *finding)
{
    return finding->verdict == CLAIM_UNDECIDED || finding->oracle == FINDING_NO_ORACLE
               ? "inconclusive"
               : oracle_name((enum oracle)finding->oracle);
}

const char *
finding_rule_text(const struct finding *finding)
{
    return finding->verdict == CLAIM_UNDECIDED || finding->oracle == FINDING_NO_ORACLE
               ? "a search is not complete, or does not decide it"
               : oracle_text((enum oracle)finding->oracle);
}

static void
print_trace(const struct finding *finding, const struct explore_verdict *verdict)
{
    const struct cell *cell = finding->cell;
    struct walk walk;

    walk_along(&walk, finding->scenario, &cell->world, verdict->trace, verdict->length);
    print_line(4, "%s: %s", oracle_name((enum oracle)finding->oracle),
               oracle_text((enum oracle)finding->oracle));
    report_victims(&walk, (enum oracle)finding->oracle);
    report_walk(&walk);
    report_replay(finding->scenario, &cell->world, cell->policy, verdict->trace, verdict->length,
                  "replay it", "");
    walk_free(&walk);
}

char *
finding_trace(const struct finding *finding)
{
    const struct explore_verdict *verdict =
        finding->oracle == FINDING_NO_ORACLE
            ? NULL
            : cell_verdict(finding->cell, (enum oracle)finding->oracle, finding->lasting);
    struct text text;
    FILE *file;

    if (verdict == NULL || !verdict->violated) {
        return strdup("");
    }
    file = text_open(&text);
    if (file == NULL) {
        return NULL;
    }
    print_into(file, PRINT_WIDTH);
    print_trace(finding, verdict);
    print_into(NULL, 0);
    if (!text_close(file, &text)) {
        return NULL;
    }
    if (text.size > 0) {
        text.bytes[text.size - 1] = '\0'; /* its newline */
    }
    return clean(text.bytes);
}

void
finding_print(const struct finding *finding, char print[FINDING_PRINT_SIZE])
{
    const char *parts[] = {finding->path, finding->cell->policy, finding->claim};
    SHA2_CTX context;

    SHA256Init(&context);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        SHA256Update(&context, (const uint8_t *)parts[i], strlen(parts[i]) + 1);
    }
    SHA256End(&context, print);
}
