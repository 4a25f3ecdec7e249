/* From a file's bytes to a document: is it text, YAML, JSON, one document, and small enough?  See
 * document.h. */
#include "harness/document.h"

#include <errno.h>
#include <jansson.h>
#include <sha256.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Goes on in a text, and says where that is: libyaml counts from 0, and counts characters. */
static const char *
pass(const char *text, size_t length, yaml_mark_t *mark)
{
    for (const char *end = text + length; text < end; text++) {
        bool line = *text == '\n';

        mark->line += line;
        mark->column = line ? 0 : mark->column + ((*text & 0xc0) != 0x80);
    }
    return text;
}

/* Reports about the byte at `offset`. */
static bool
diagnose_byte(const struct document *document, const char *text, size_t offset, const char *problem)
{
    yaml_mark_t mark = {0};

    pass(text, offset, &mark);
    return diagnose(document->diagnostic, EXIT_BAD_INPUT, document->path, mark.line + 1,
                    mark.column + 1, "%s", problem);
}

/* Reads the file's text into `most` + 2 bytes.  A byte order mark, which some editors put in front
 * of UTF-8, is passed over. */
static bool
read_text(struct document *document, FILE *file, char *text, size_t most)
{
    struct diagnostic *diagnostic = document->diagnostic;
    const char *path = document->path;
    size_t length = fread(text, 1, most + 1, file);

    text[length] = '\0';
    SHA256Data((const uint8_t *)text, length, document->sha256);
    if (ferror(file)) {
        return diagnose(diagnostic, diagnostic_of_errno(), path, 0, 0, "cannot be read: %s",
                        strerror(errno));
    }
    if (length > most) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, path, 0, 0, "larger than %zu bytes", most);
    }
    if (strncmp(text, "\xff\xfe", 2) == 0 || strncmp(text, "\xfe\xff", 2) == 0) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, path, 1, 1,
                        "this is UTF-16: it has to be UTF-8");
    }
    if (strlen(text) < length) {
        return diagnose_byte(document, text, strlen(text), "a NUL byte: not a text file");
    }
    if (strncmp(text, "\xef\xbb\xbf", 3) == 0) {
        memmove(text, text + 3, length - 2);
    }
    return true;
}

/* Makes a document of a file of at most `most` bytes by `parse`, after which, whatever comes of it,
 * there is one to close. */
static bool
open_file(struct document *document, const char *path, struct diagnostic *diagnostic, size_t most,
          bool (*parse)(struct document *document, const char *text))
{
    FILE *file = fopen(path, "rb");
    char *text = malloc(most + 2);
    bool opened = false;

    *document = (struct document){.path = path, .diagnostic = diagnostic};
    if (file == NULL || text == NULL) {
        diagnose(diagnostic, diagnostic_of_errno(), path, 0, 0, "cannot be opened: %s",
                 strerror(errno));
    } else {
        opened = read_text(document, file, text, most) && parse(document, text);
    }
    document->root = (struct part){document, yaml_document_get_root_node(&document->document), 0};
    if (!opened) {
        document_close(document);
    }
    if (file != NULL) {
        fclose(file);
    }
    free(text);
    return opened;
}

void
document_close(struct document *document)
{
    yaml_document_delete(&document->document);
}

/* ---- YAML ---- */

/* Where a parser stopped: a byte that is no text, or a place where the text is not YAML. */
static bool
diagnose_parser(const struct document *document, const char *text, const yaml_parser_t *parser)
{
    const yaml_mark_t *mark = parser->problem_mark.line != 0 || parser->problem_mark.column != 0
                                  ? &parser->problem_mark
                                  : &parser->mark;

    if (parser->error == YAML_READER_ERROR) {
        size_t offset = parser->problem_offset;

        /* A character that breaks off is reported at the byte behind it. */
        while (strstr(parser->problem, "trailing") != NULL && offset > 0 &&
               ((unsigned char)text[offset] & 0xc0) != 0xc0) {
            offset--;
        }
        return diagnose_byte(document, text, offset, parser->problem);
    }
    if (parser->problem == NULL) { /* YAML_MEMORY_ERROR */
        return diagnose(document->diagnostic, EXIT_INTERNAL, document->path, 0, 0, "out of memory");
    }
    return diagnose(document->diagnostic, EXIT_BAD_INPUT, document->path, mark->line + 1,
                    mark->column + 1, "not YAML: %s%s%s", parser->problem,
                    parser->context == NULL ? "" : " ",
                    parser->context == NULL ? "" : parser->context);
}

/* Loads the first document and makes sure that it is the last one. */
static bool
load(struct document *document, const char *text, yaml_parser_t *parser)
{
    yaml_document_t second;

    if (yaml_parser_load(parser, &document->document) == 0) {
        return diagnose_parser(document, text, parser);
    }
    if (yaml_document_get_root_node(&document->document) == NULL) {
        return diagnose(document->diagnostic, EXIT_BAD_INPUT, document->path, 1, 1,
                        "there is nothing in this file");
    }
    if (yaml_parser_load(parser, &second) == 0) {
        return diagnose_parser(document, text, parser);
    }
    if (yaml_document_get_root_node(&second) != NULL) {
        diagnose(document->diagnostic, EXIT_BAD_INPUT, document->path, second.start_mark.line + 1,
                 second.start_mark.column + 1,
                 "a second document begins here: one file, one document");
    }
    yaml_document_delete(&second);
    return document->diagnostic->status == EXIT_HOLDS;
}

/* A first look, which cannot tell quoted brackets from others: nobody writes so many of either. */
static bool
is_shallow(const struct document *document, const char *text)
{
    int depth = 0;

    for (size_t i = 0; text[i] != '\0'; i++) {
        char byte = text[i];

        depth += (byte == '[' || byte == '{') - (byte == ']' || byte == '}');
        if (depth > DOCUMENT_MAX_DEPTH) {
            return diagnose_byte(document, text, i, "too many brackets within brackets");
        }
    }
    return true;
}

static bool
parse_yaml(struct document *document, const char *text)
{
    yaml_parser_t parser;
    bool loaded;

    if (!is_shallow(document, text)) {
        return false;
    }
    if (yaml_parser_initialize(&parser) == 0) {
        return diagnose(document->diagnostic, EXIT_INTERNAL, document->path, 0, 0, "out of memory");
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, strlen(text));
    loaded = load(document, text, &parser);
    yaml_parser_delete(&parser);
    return loaded;
}

bool
document_open_yaml(struct document *document, const char *path, struct diagnostic *diagnostic)
{
    return open_file(document, path, diagnostic, DOCUMENT_MAX_BYTES, parse_yaml);
}

/* ---- JSON ---- */

/* How long the token at the beginning of a JSON text is. */
static size_t
token_length(const char *text)
{
    size_t length = 1;

    if (text[0] != '"') {
        return text[0] == '{' || text[0] == '[' ? 1 : strcspn(text, " \t\r\n,:]}");
    }
    for (; text[length] != '"'; length++) {
        length += text[length] == '\\';
    }
    return length + 1;
}

/* The nodes were added in the order in which their tokens stand in the text. */
static void
place_nodes(yaml_document_t *document, const char *text)
{
    yaml_mark_t mark = {0};
    yaml_node_t *node;

    for (int i = 1; (node = yaml_document_get_node(document, i)) != NULL; i++) {
        text = pass(text, strspn(text, " \t\r\n,:]}"), &mark);
        node->start_mark = mark;
        text = pass(text, token_length(text), &mark);
    }
}

static int
add_text(yaml_document_t *document, const char *text, yaml_scalar_style_t style)
{
    return text == NULL
               ? 0
               : yaml_document_add_scalar(document, NULL, (const yaml_char_t *)text, -1, style);
}

/* Adds a value and all in it, as it stands in the text, an order that jansson keeps.  The number of
 * its node, or 0 without memory. */
static int
add_json(yaml_document_t *document, json_t *json)
{
    bool list = json_is_array(json), scalar = !list && !json_is_object(json);
    char *literal = scalar && !json_is_string(json) ? json_dumps(json, JSON_ENCODE_ANY) : NULL;
    int node = list      ? yaml_document_add_sequence(document, NULL, YAML_FLOW_SEQUENCE_STYLE)
               : !scalar ? yaml_document_add_mapping(document, NULL, YAML_FLOW_MAPPING_STYLE)
               : json_is_string(json)
                   ? add_text(document, json_string_value(json), YAML_DOUBLE_QUOTED_SCALAR_STYLE)
                   : add_text(document, literal, YAML_PLAIN_SCALAR_STYLE);
    const char *name;
    json_t *member;
    size_t i;

    free(literal);
    json_array_foreach(json, i, member)
    {
        int item = node == 0 ? 0 : add_json(document, member);

        node = item != 0 && yaml_document_append_sequence_item(document, node, item) ? node : 0;
    }
    json_object_foreach(json, name, member)
    {
        int key = node == 0 ? 0 : add_text(document, name, YAML_DOUBLE_QUOTED_SCALAR_STYLE);
        int value = key == 0 ? 0 : add_json(document, member);

        node =
            value != 0 && yaml_document_append_mapping_pair(document, node, key, value) ? node : 0;
    }
    return node;
}

static bool
parse_json(struct document *document, const char *text)
{
    json_error_t error;
    json_t *json = json_loadb(text, strlen(text), JSON_REJECT_DUPLICATES, &error);

    if (json == NULL) {
        return diagnose(document->diagnostic, EXIT_BAD_INPUT, document->path, (size_t)error.line,
                        error.column > 0 ? (size_t)error.column : 1, "not JSON: %s", error.text);
    }
    if (!yaml_document_initialize(&document->document, NULL, NULL, NULL, 1, 1) ||
        add_json(&document->document, json) == 0) {
        diagnose(document->diagnostic, EXIT_INTERNAL, document->path, 0, 0, "out of memory");
    } else {
        place_nodes(&document->document, text);
    }
    json_decref(json);
    return document->diagnostic->status == EXIT_HOLDS;
}

bool
document_open_json(struct document *document, const char *path, struct diagnostic *diagnostic)
{
    return open_file(document, path, diagnostic, DOCUMENT_MAX_JSON_BYTES, parse_json);
}
