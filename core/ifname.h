/* Interface names: what is a legal one, what a template makes of a number, and the small ids by
 * which the rest of tapweave speaks of them.
 *
 * A world knows a fixed list of names from the start (struct ifname_table), so a name is one byte
 * wherever it is stored, and two names are equal exactly when their ids are.  Numbered names come
 * in families: the family of the template "vnet%d" is vnet0, vnet1, ... up to a count fixed by the
 * world. */
#ifndef TAPWEAVE_CORE_IFNAME_H
#define TAPWEAVE_CORE_IFNAME_H

#include <stdbool.h>
#include <stdint.h>

enum {
    IFNAME_SIZE = 16,         /* IFNAMSIZ: bytes of a device name, its terminating NUL among them */
    IFNAME_MAX_FAMILIES = 16, /* families and single names of one world */
    IFNAME_MAX_NAMES = 32,    /* names of one world, over all families */
    IFNAME_NONE = 0,          /* the id of no name */
};

_Static_assert(IFNAME_MAX_NAMES < UINT8_MAX && IFNAME_MAX_FAMILIES < UINT8_MAX,
               "a byte for the id of a name, and for 1 + the index of a family");

/* A family: `count` names, the prefix followed by 0, 1, ...; or one name alone, unnumbered. */
struct ifname_family {
    char prefix[IFNAME_SIZE]; /* what stands before the number; the whole text of a single name */
    uint8_t first;            /* id of the first name, 1 or more */
    uint8_t count;            /* how many names; 1 for a single name */
    bool numbered;            /* false: one name, taken literally */
};

/* All names of a world.  Filled once, before anything runs; read-only from then on. */
struct ifname_table {
    struct ifname_family family[IFNAME_MAX_FAMILIES];
    uint8_t families; /* entries of family[] in use */
    uint8_t names;    /* ids run from 1 to this */
    uint8_t limit;    /* a counter has that many numbers of each family, which has as many or more,
                         or all that fit; 0: it has no end */
};

/* True if the kernel would take `text` as the name of a device (net/core/dev.c, dev_valid_name: 1
 * to 15 bytes, no '/', ':' or white space, neither "." nor ".."; net/ipv4/devinet.c,
 * devinet_sysctl_register: neither "all" nor "default"). */
bool ifname_valid(const char *text);

/* Splits a template such as "mytap%d" and stores what stands before the number in `prefix`.  False
 * if nothing stands there, if the text does not end in its only "%d", if it leaves no room for a
 * number, or if the names made from it are not valid.  One with room for a single digit is too long
 * for a name itself, so the kernel cannot be handed it in the place of one.
 * (The kernel also takes a suffix after the %d; libvirt's users do not write one, and it is not
 * modelled.) */
bool ifname_template(const char *text, char prefix[IFNAME_SIZE]);

/* The largest number that still fits behind a prefix: libvirt's limit min(INT_MAX, 10^(15-length) -
 * 1), at which its counter wraps (facts 2, "Allocator semantics"). */
int32_t ifname_largest_number(const char *prefix);

/* True if the family has all numbers that fit behind its prefix. */
bool ifname_is_whole(const struct ifname_family *family);

/* The number that stands behind the prefix in the text, with leading zeros or without; -1 if there
 * is another text there, or none. */
int64_t ifname_number(const char *text, const char *prefix);

/* Adds a family of `count` names.  Returns its index, or -1 if the table is full, the largest
 * number does not fit behind the prefix, or one of the names stands already ("vnet1" and 0 make
 * vnet10 too). */
int ifname_add_family(struct ifname_table *table, const char *prefix, unsigned count);

/* Adds a name that belongs to no family.  Returns its id, or IFNAME_NONE if the table is full or
 * the name stands already. */
uint8_t ifname_add_single(struct ifname_table *table, const char *text);

/* Index of the family with that prefix, or -1. */
int ifname_find_family(const struct ifname_table *table, const char *prefix);

/* Id of the name that reads `text`, or IFNAME_NONE.  "vnet01" is not vnet1: a number is written
 * without leading zeros, as the kernel writes it. */
uint8_t ifname_find(const struct ifname_table *table, const char *text);

/* Writes the text of `id` ("-" for IFNAME_NONE) and returns `out`. */
const char *ifname_text(const struct ifname_table *table, uint8_t id, char out[IFNAME_SIZE]);

#endif
