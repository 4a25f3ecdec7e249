/* From a file's bytes to a document: is it text, YAML, JSON, one document, and small enough?  See
 * document.h. */
#include "harness/document.h"

#include <errno.h>
#include <jansson.h>
#include <sha256.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Reports about the byte at `offset`, at its line and column; a column is a character, as libyaml
 * counts them. */
static bool
diagnose_byte(const char *path, const char *bytes, size_t offset, const char *problem,
              struct diagnostic *diagnostic)
{
    size_t line = 1, column = 1;

    for (size_t i = 0; i < offset; i++) {
        if (bytes[i] == '\n') {
            line++;
            column = 1;
        } else {
            column += ((unsigned char)bytes[i] & 0xc0) != 0x80;
        }
    }
    return diagnose(diagnostic, EXIT_BAD_INPUT, path, line, column, "%s", problem);
}

/* The file's bytes, to be freed, or NULL with a diagnostic. */
static char *
read_file(const char *path, size_t most, size_t *length, struct diagnostic *diagnostic)
{
    FILE *file = fopen(path, "rb");
    char *bytes = malloc(most + 1);

    if (file == NULL || bytes == NULL) {
        diagnose(diagnostic, EXIT_BAD_INPUT, path, 0, 0, "cannot be opened: %s", strerror(errno));
    } else {
        *length = fread(bytes, 1, most + 1, file);
        if (ferror(file)) {
            diagnose(diagnostic, EXIT_BAD_INPUT, path, 0, 0, "cannot be read: %s", strerror(errno));
        } else if (*length > most) {
            diagnose(diagnostic, EXIT_BAD_INPUT, path, 0, 0, "larger than %zu bytes", most);
        } else if (memchr(bytes, '\0', *length) != NULL) {
            diagnose_byte(path, bytes, (size_t)((char *)memchr(bytes, '\0', *length) - bytes),
                          "a NUL byte: not a text file", diagnostic);
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    if (diagnostic->status != EXIT_HOLDS) {
        free(bytes);
        bytes = NULL;
    }
    return bytes;
}

/* A file that has been read. */
struct source {
    const char *path;
    char *bytes;
    size_t length;
};

/* Where a parser stopped: a byte that is no text, or a place where the text is not YAML. */
static bool
diagnose_parser(const struct source *source, const yaml_parser_t *parser,
                struct diagnostic *diagnostic)
{
    const yaml_mark_t *mark = parser->problem_mark.line != 0 || parser->problem_mark.column != 0
                                  ? &parser->problem_mark
                                  : &parser->mark;

    if (parser->error == YAML_READER_ERROR) {
        size_t offset = parser->problem_offset;

        /* A character that breaks off is reported at the byte behind it. */
        while (strstr(parser->problem, "trailing") != NULL && offset > 0 &&
               ((unsigned char)source->bytes[offset] & 0xc0) != 0xc0) {
            offset--;
        }
        return diagnose_byte(source->path, source->bytes, offset, parser->problem, diagnostic);
    }
    return diagnose(diagnostic, EXIT_BAD_INPUT, source->path, mark->line + 1, mark->column + 1,
                    "not YAML: %s%s%s", parser->problem == NULL ? "out of memory" : parser->problem,
                    parser->context == NULL ? "" : " ",
                    parser->context == NULL ? "" : parser->context);
}

/* Loads the first document and makes sure that it is the last one. */
static bool
load(struct document *document, const struct source *source, yaml_parser_t *parser,
     struct diagnostic *diagnostic)
{
    yaml_document_t second;

    if (yaml_parser_load(parser, &document->document) == 0) {
        return diagnose_parser(source, parser, diagnostic);
    }
    document->root = yaml_document_get_root_node(&document->document);
    if (document->root == NULL) {
        yaml_document_delete(&document->document);
        return diagnose(diagnostic, EXIT_BAD_INPUT, document->path, 1, 1,
                        "there is nothing in this file");
    }
    if (yaml_parser_load(parser, &second) == 0) {
        yaml_document_delete(&document->document);
        return diagnose_parser(source, parser, diagnostic);
    }
    if (yaml_document_get_root_node(&second) != NULL) {
        diagnose(diagnostic, EXIT_BAD_INPUT, document->path, second.start_mark.line + 1,
                 second.start_mark.column + 1,
                 "a second document begins here: one file, one document");
        yaml_document_delete(&document->document);
    }
    yaml_document_delete(&second);
    return diagnostic->status == EXIT_HOLDS;
}

/* A first look, which cannot tell quoted brackets from others: nobody writes so many of either. */
static bool
is_shallow(const struct source *source, struct diagnostic *diagnostic)
{
    int depth = 0;

    for (size_t i = 0; i < source->length; i++) {
        char byte = source->bytes[i];

        depth += (byte == '[' || byte == '{') - (byte == ']' || byte == '}');
        if (depth > DOCUMENT_MAX_DEPTH) {
            return diagnose_byte(source->path, source->bytes, i,
                                 "too many brackets within brackets", diagnostic);
        }
    }
    return true;
}

static bool
open_source(struct document *document, const struct source *source, struct diagnostic *diagnostic)
{
    yaml_parser_t parser;
    bool loaded;

    if (!is_shallow(source, diagnostic)) {
        return false;
    }
    if (yaml_parser_initialize(&parser) == 0) {
        return diagnose(diagnostic, EXIT_INTERNAL, source->path, 0, 0, "out of memory");
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)source->bytes, source->length);
    loaded = load(document, source, &parser, diagnostic);
    yaml_parser_delete(&parser);
    return loaded;
}

bool
document_open_yaml(struct document *document, const char *path, struct diagnostic *diagnostic)
{
    struct source source = {.path = path};
    bool opened = false;

    *document = (struct document){.path = path};
    source.bytes = read_file(path, DOCUMENT_MAX_BYTES, &source.length, diagnostic);
    if (source.bytes != NULL) {
        SHA256Data((const uint8_t *)source.bytes, source.length, document->sha256);
        opened = open_source(document, &source, diagnostic);
    }
    free(source.bytes);
    return opened;
}

/* The value of a JSON escape, backslash, u and four digits, at `text`, or 0 if there is none. */
static unsigned
escape_at(const char *text)
{
    char digits[5] = "";

    if (text[0] != '\\' || text[1] != 'u') {
        return 0;
    }
    memcpy(digits, text + 2, 4);
    return (unsigned)strtoul(digits, NULL, 16);
}

/* JSON writes a character beyond 0xffff as two escapes, which libyaml does not join: they become
 * what they stand for, and blanks, which move nothing that a diagnostic could be about. */
static void
join_surrogates(const struct source *source)
{
    for (char *at = source->bytes; at + 12 <= source->bytes + source->length; at++) {
        unsigned high = escape_at(at), low = escape_at(at + 6);

        if (at[0] == '\\' && at[1] == '\\') {
            at++;
        } else if (high >= 0xd800 && high < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
            unsigned code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
            const char utf8[4] = {(char)(0xf0 | code >> 18), (char)(0x80 | (code >> 12 & 0x3f)),
                                  (char)(0x80 | (code >> 6 & 0x3f)), (char)(0x80 | (code & 0x3f))};

            memcpy(at, utf8, 4);
            memset(at + 4, ' ', 8);
        }
    }
}

bool
document_open_json(struct document *document, const char *path, struct diagnostic *diagnostic)
{
    struct source source = {.path = path};
    json_error_t error;
    json_t *json;
    bool opened;

    *document = (struct document){.path = path};
    source.bytes = read_file(path, DOCUMENT_MAX_JSON_BYTES, &source.length, diagnostic);
    if (source.bytes == NULL) {
        return false;
    }
    json = json_loadb(source.bytes, source.length, JSON_REJECT_DUPLICATES, &error);
    if (json == NULL) {
        diagnose(diagnostic, EXIT_BAD_INPUT, path, (size_t)error.line,
                 error.column > 0 ? (size_t)error.column : 1, "not JSON: %s", error.text);
    }
    join_surrogates(&source);
    opened = json != NULL && open_source(document, &source, diagnostic);
    json_decref(json);
    free(source.bytes);
    return opened;
}

void
document_close(struct document *document)
{
    yaml_document_delete(&document->document);
}
