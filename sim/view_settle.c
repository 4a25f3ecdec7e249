/* The view that stands for others: see view.h. */
#include "sim/view.h"

#include <assert.h>
#include <string.h>

/* A view's bytes that are not 0, in the order of the table. */
struct content {
    unsigned count;
    struct {
        const struct view_byte *byte;
        uint8_t value;
    } at[sizeof(struct state)];
};

/* One order of the members, and the numbers that names get with it. */
struct numbering {
    const struct view_space *space;
    uint8_t place[MAX_GUESTS]; /* of the member that is at that place before */
    uint8_t name[IFNAME_MAX_NAMES + 1];
    uint8_t next[IFNAME_MAX_FAMILIES];
};

static void
find_content(const struct view_space *space, const struct state *view, struct content *content)
{
    content->count = 0;
    for (unsigned i = 0; i < space->bytes.count; i++) {
        const struct view_byte *byte = &space->bytes.byte[i];
        uint8_t value = ((const uint8_t *)view)[byte->offset];

        if (value != 0) {
            content->at[content->count].byte = byte;
            content->at[content->count++].value = value;
        }
    }
}

static uint8_t
new_value(const struct numbering *numbering, const struct view_byte *byte, uint8_t value)
{
    if (view_says_guest(byte) && value <= MAX_NICS) {
        return (uint8_t)(numbering->place[value - 1] + 1);
    }
    return byte->means == MEANS_NAME ? numbering->name[value] : value;
}

static void
number_name(struct numbering *numbering, uint8_t name)
{
    const struct view_space *space = numbering->space;
    unsigned family = space->family[name], owner = space->owner[name];

    if (numbering->name[name] != IFNAME_NONE) {
        return;
    }
    family = owner == MAX_GUESTS ? family : space->world.nic[numbering->place[owner]].own;
    assert(numbering->next[family] < space->world.names.family[family].count);
    numbering->name[name] =
        (uint8_t)(space->world.names.family[family].first + numbering->next[family]++);
}

/* The names that a member's own fields say, in their order.  Each name of a view is some member's,
 * and what is under a name says no other one (view_look). */
static void
number_names_of(struct numbering *numbering, const struct content *content, unsigned guest)
{
    for (unsigned i = 0; i < content->count; i++) {
        const struct view_byte *byte = content->at[i].byte;

        if (byte->means == MEANS_NAME && byte->index == guest) {
            assert(view_is_guests(byte));
            number_name(numbering, content->at[i].value);
        }
    }
}

/* Gives place p to the member that is at order[p]. */
static void
number(struct numbering *numbering, const struct content *content, unsigned members,
       const uint8_t *order)
{
    memset(numbering->name, 0, sizeof numbering->name);
    memset(numbering->next, 0, sizeof numbering->next);
    for (unsigned guest = 0; guest < MAX_GUESTS; guest++) {
        numbering->place[guest] = (uint8_t)guest;
    }
    for (unsigned place = 0; place < members; place++) {
        numbering->place[order[place]] = (uint8_t)place;
    }
    for (unsigned place = 0; place < members; place++) {
        number_names_of(numbering, content, order[place]);
    }
}

static void
rename(const struct numbering *numbering, const struct content *content, struct state *renamed)
{
    memset(renamed, 0, sizeof *renamed);
    for (unsigned i = 0; i < content->count; i++) {
        const struct view_byte *byte = content->at[i].byte;
        unsigned index = view_is_guests(byte)  ? numbering->place[byte->index]
                         : byte->of == OF_NAME ? numbering->name[byte->index]
                                               : byte->index;

        assert(byte->of != OF_NAME || index != IFNAME_NONE);
        ((uint8_t *)renamed)[byte->first + index * byte->stride] =
            new_value(numbering, byte, content->at[i].value);
    }
}

/* Less than 0, 0 or more than 0, as the one member comes before the other by what is said of it
 * alone, whatever it is called and others are, is said to be the same, or comes behind. */
static int
compare_members(const struct content *content, unsigned one, unsigned other)
{
    uint32_t said[2] = {0};

    for (unsigned i = 0; i < content->count; i++) {
        const struct view_byte *byte = content->at[i].byte;

        if (view_is_guests(byte) && byte->means == MEANS_PLAIN &&
            (byte->index == one || byte->index == other)) {
            uint32_t *sum = &said[byte->index == other];

            *sum = *sum * 31 + (uint32_t)byte->first * 257 + content->at[i].value;
        }
    }
    return said[0] < said[1] ? -1 : said[0] > said[1];
}

/* True if no member comes behind one that it should be before. */
static bool
is_sorted(int order[VIEW_MEMBERS][VIEW_MEMBERS], const uint8_t *members, unsigned count)
{
    for (unsigned i = 1; i < count; i++) {
        if (order[members[i - 1]][members[i]] > 0) {
            return false;
        }
    }
    return true;
}

void
view_settle(const struct view_space *space, unsigned members, struct state *view, uint64_t *packed)
{
    static const uint8_t orders[][VIEW_MEMBERS] = {{0, 1, 2}, {1, 0, 2}, {0, 2, 1},
                                                   {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    static const unsigned factorial[] = {1, 1, 2, 6};
    struct numbering numbering = {.space = space};
    int order[VIEW_MEMBERS][VIEW_MEMBERS];
    struct content content;
    struct state best, other;
    uint64_t words[LAYOUT_MAX_WORDS];
    bool first = true;

    assert(members <= VIEW_MEMBERS);
    find_content(space, view, &content);
    for (unsigned i = 0; i < members; i++) {
        for (unsigned j = 0; j < i; j++) {
            order[i][j] = compare_members(&content, i, j);
            order[j][i] = -order[i][j];
        }
    }
    for (unsigned i = 0; i < factorial[members]; i++) {
        if (!is_sorted(order, orders[i], members)) {
            continue;
        }
        number(&numbering, &content, members, orders[i]);
        rename(&numbering, &content, &other);
        layout_pack(&space->layout, &other, words);
        if (first || memcmp(words, packed, space->layout.words * sizeof *words) < 0) {
            memcpy(packed, words, space->layout.words * sizeof *words);
            best = other;
        }
        first = false;
    }
    assert(!first && layout_fits(&space->layout, &best));
    *view = best;
}
