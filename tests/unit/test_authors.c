/* Who has changed a row, by a database's file that grows, is cut in the middle of a record for a
 * while, and is replaced. */
#include "harness/live/authors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/authors-XXXXXX";
static char path[64], other[64];

static int
make_folder(void **unused)
{
    (void)unused;
    return mkdtemp(folder) == NULL || snprintf(path, sizeof path, "%s/conf.db", folder) < 0 ||
           snprintf(other, sizeof other, "%s/other", folder) < 0;
}

static int
remove_folder(void **unused)
{
    (void)unused;
    unlink(path);
    return rmdir(folder);
}

/* A record as ovsdb-server writes it, with the length that it says. */
static const char *
record(const char *body)
{
    static char text[1024];

    snprintf(text, sizeof text, "OVSDB JSON %zu %040d\n%s\n", strlen(body) + 1, 0, body);
    return text;
}

static void
append(const char *to, const char *bytes, size_t size)
{
    FILE *file = fopen(to, "ab");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void
append_record(const char *to, const char *body)
{
    append(to, record(body), strlen(record(body)));
}

static void
expect(struct authors *authors, enum ledger_kind kind, const char *row, const char *who)
{
    struct ledger_event event = {.kind = kind};

    snprintf(event.row, sizeof event.row, "%s", row);
    authors_sign(authors, &event);
    assert_string_equal(event.who, who);
}

/* With a port that somebody has inserted before. */
static void
begin(struct authors *authors)
{
    unlink(path);
    append_record(path, "{\"name\":\"Open_vSwitch\",\"tables\":{}}");
    append_record(path, "{\"_date\":1,\"_comment\":\"before\",\"Port\":{\"r0\":{\"name\":\"p\"}}}");
    append_record(path, "{\"_date\":1,\"_comment\":\"before\",\"Port\":{\"r8\":null}}");
    assert_int_equal(authors_open(authors, path), 0);
}

static void
those_are_known_that_write_from_now_on(void **unused)
{
    struct authors authors;

    (void)unused;
    begin(&authors);
    expect(&authors, LEDGER_ROW, "r0", "");
    expect(&authors, LEDGER_ROW_GONE, "r8", "");
    append_record(path, "{\"_date\":2,\"_comment\":\"a\",\"Port\":{\"r1\":{\"name\":\"q\"}}}");
    append_record(path, "{\"_date\":3,\"_comment\":\"b\",\"Bridge\":{\"r1\":null}}");
    append_record(path, "{\"_date\":4,\"_comment\":\"c\",\"Port\":{\"r0\":null,\"r9\":null}}");
    append_record(path, "{\"_date\":5,\"Port\":{\"r1\":null}}");
    expect(&authors, LEDGER_ROW, "r1", "a");
    expect(&authors, LEDGER_ROW_GONE, "r0", "c");
    expect(&authors, LEDGER_ROW_GONE, "r9", "c");
    expect(&authors, LEDGER_ROW_GONE, "r1", ""); /* who has said nothing */
    expect(&authors, LEDGER_ROW_GONE, "r2", "");
    expect(&authors, LEDGER_DEVICE_GONE, "r0", "");
    authors_close(&authors);
}

/* Wherever the record is cut. */
static void
a_record_is_read_when_it_is_whole(void **unused)
{
    char text[1024];

    (void)unused;
    strcpy(text, record("{\"_date\":2,\"_comment\":\"a\",\"Port\":{\"r0\":null}}"));
    for (size_t cut = 0; cut < strlen(text) - 1; cut++) {
        struct authors authors;

        begin(&authors);
        append_record(path, "{\"_date\":2,\"_comment\":\"b\",\"Port\":{\"r3\":null}}");
        append(path, text, cut);
        expect(&authors, LEDGER_ROW_GONE, "r3", "b");
        expect(&authors, LEDGER_ROW_GONE, "r0", "");
        append(path, text + cut, strlen(text + cut));
        expect(&authors, LEDGER_ROW_GONE, "r0", "a");
        authors_close(&authors);
    }
}

/* A compacted database begins with all rows that there are: nobody has inserted them then. */
static void
a_file_that_is_replaced_is_read_from_its_beginning(void **unused)
{
    struct authors authors;

    (void)unused;
    begin(&authors);
    append_record(path, "{\"_date\":2,\"_comment\":\"a\",\"Port\":{\"r1\":{\"name\":\"q\"}}}");
    expect(&authors, LEDGER_ROW, "r1", "a");
    append_record(other, "{\"name\":\"Open_vSwitch\",\"tables\":{}}");
    append_record(other, "{\"_date\":3,\"_comment\":\"compacting database online\",\"Port\":"
                         "{\"r0\":{\"name\":\"p\"},\"r1\":{\"name\":\"q\"}}}");
    append_record(other, "{\"_date\":4,\"_comment\":\"b\",\"Port\":{\"r1\":null}}");
    assert_int_equal(rename(other, path), 0);
    expect(&authors, LEDGER_ROW_GONE, "r1", "b");
    expect(&authors, LEDGER_ROW, "r0", "");
    expect(&authors, LEDGER_ROW, "r1", "a");
    authors_close(&authors);
}

static void
a_file_that_is_not_there_is_no_author(void **unused)
{
    struct authors authors;

    (void)unused;
    unlink(path);
    assert_int_not_equal(authors_open(&authors, path), 0);
    assert_int_not_equal(authors_open(&authors, folder), 0);
    begin(&authors);
    unlink(path);
    expect(&authors, LEDGER_ROW_GONE, "r0", "");
    authors_close(&authors);
    expect(&authors, LEDGER_ROW_GONE, "r0", "");
    begin(&authors);
    authors_close(&authors);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(those_are_known_that_write_from_now_on),
        cmocka_unit_test(a_record_is_read_when_it_is_whole),
        cmocka_unit_test(a_file_that_is_replaced_is_read_from_its_beginning),
        cmocka_unit_test(a_file_that_is_not_there_is_no_author),
    };

    return cmocka_run_group_tests_name("authors", tests, make_folder, remove_folder);
}
