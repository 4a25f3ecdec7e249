/* Interface names: see ifname.h. */
#include "core/ifname.h"

#include <assert.h>
#include <string.h>

enum { LONGEST = IFNAME_SIZE - 1 };

_Static_assert(IFNAME_MAX_NAMES <= 100, "a number has two digits at most");

bool
ifname_valid(const char *text)
{
    size_t length = strlen(text);

    if (length == 0 || length > LONGEST || strcmp(text, ".") == 0 || strcmp(text, "..") == 0) {
        return false;
    }
    /* 0xa0 is a blank to the kernel's isspace(), in UTF-8 too. */
    return strpbrk(text, "/: \t\n\v\f\r\xa0") == NULL && strcmp(text, "all") != 0 &&
           strcmp(text, "default") != 0;
}

bool
ifname_template(const char *text, char prefix[IFNAME_SIZE])
{
    const char *percent = strchr(text, '%');
    char shortest[IFNAME_SIZE] = "";
    size_t length;

    if (percent == NULL || strcmp(percent, "%d") != 0) {
        return false;
    }
    length = (size_t)(percent - text);
    if (length == 0 || length + strlen("0") > LONGEST) {
        return false;
    }
    memset(prefix, 0, IFNAME_SIZE);
    memcpy(prefix, text, length);
    memcpy(shortest, text, length);
    shortest[length] = '0';
    return ifname_valid(shortest);
}

int32_t
ifname_largest_number(const char *prefix)
{
    size_t digits = LONGEST - strlen(prefix);
    int64_t limit = 1;

    assert(digits <= LONGEST); /* a longer prefix would wrap it */
    while (digits-- > 0 && limit <= INT32_MAX) {
        limit *= 10;
    }
    return limit - 1 > INT32_MAX ? INT32_MAX : (int32_t)(limit - 1);
}

bool
ifname_is_whole(const struct ifname_family *family)
{
    return family->numbered && family->count - 1 == ifname_largest_number(family->prefix);
}

int64_t
ifname_number(const char *text, const char *prefix)
{
    size_t length = strlen(prefix);
    int64_t number = 0;

    assert(strlen(text) <= LONGEST);
    if (strncmp(text, prefix, length) != 0 || text[length] == '\0') {
        return -1;
    }
    for (const char *digit = text + length; *digit != '\0'; digit++) {
        if (*digit < '0' || *digit > '9') {
            return -1;
        }
        number = number * 10 + (*digit - '0');
    }
    return number;
}

/* Writes the text of the family's name number `number`. */
static void
write_name(const struct ifname_family *family, unsigned number, char out[IFNAME_SIZE])
{
    char text[IFNAME_SIZE + 2] = "";
    size_t length = strlen(family->prefix);

    assert(number < family->count);
    memcpy(text, family->prefix, length);
    if (family->numbered && number >= 10) {
        text[length++] = (char)('0' + number / 10);
    }
    if (family->numbered) {
        text[length++] = (char)('0' + number % 10);
    }
    assert(length < IFNAME_SIZE);
    memcpy(out, text, IFNAME_SIZE);
}

static int
add(struct ifname_table *table, const char *text, unsigned count, bool numbered)
{
    struct ifname_family family = {.count = (uint8_t)count, .numbered = numbered};
    char name[IFNAME_SIZE];

    assert(strlen(text) < IFNAME_SIZE && count > 0);
    if (table->families == IFNAME_MAX_FAMILIES || table->names + count > IFNAME_MAX_NAMES) {
        return -1;
    }
    memcpy(family.prefix, text, strlen(text));
    family.first = (uint8_t)(table->names + 1);
    if (numbered && (strlen(text) == LONGEST || ifname_largest_number(text) < (int32_t)count - 1)) {
        return -1;
    }
    for (unsigned number = 0; number < count; number++) {
        write_name(&family, number, name);
        if (ifname_find(table, name) != IFNAME_NONE) {
            return -1;
        }
    }
    table->family[table->families] = family;
    table->names = (uint8_t)(table->names + count);
    return table->families++;
}

int
ifname_add_family(struct ifname_table *table, const char *prefix, unsigned count)
{
    if (ifname_find_family(table, prefix) >= 0) {
        return -1;
    }
    return add(table, prefix, count, true);
}

uint8_t
ifname_add_single(struct ifname_table *table, const char *text)
{
    int family = add(table, text, 1, false);

    return family < 0 ? IFNAME_NONE : table->family[family].first;
}

int
ifname_find_family(const struct ifname_table *table, const char *prefix)
{
    for (int i = 0; i < table->families; i++) {
        if (table->family[i].numbered && strcmp(table->family[i].prefix, prefix) == 0) {
            return i;
        }
    }
    return -1;
}

const char *
ifname_text(const struct ifname_table *table, uint8_t id, char out[IFNAME_SIZE])
{
    const struct ifname_family *family = table->family;

    memset(out, 0, IFNAME_SIZE);
    if (id == IFNAME_NONE) {
        out[0] = '-';
        return out;
    }
    assert(id <= table->names);
    while (id >= family->first + family->count) { /* they follow each other without a gap */
        family++;
        assert(family < table->family + table->families);
    }
    write_name(family, (unsigned)(id - family->first), out);
    return out;
}

uint8_t
ifname_find(const struct ifname_table *table, const char *text)
{
    char name[IFNAME_SIZE];

    for (uint8_t id = 1; id <= table->names; id++) {
        if (strcmp(ifname_text(table, id, name), text) == 0) {
            return id;
        }
    }
    return IFNAME_NONE;
}
