/* Views: what is to be seen of some guests of any number that are alike.
 *
 * A view of a state has the guests that are looked at, its *members*, and what they have to do
 * with: their names, and all that is under these.  What is there another guest's is ANON's, whoever
 * that is; names that only others have to do with are not there.  Which number a name has is not
 * said.  So of any number of guests there are finitely many views: docs/proof.md. */
#ifndef TAPWEAVE_SIM_VIEW_H
#define TAPWEAVE_SIM_VIEW_H

#include "sim/layout.h"
#include "sim/recount.h"
#include "sim/renaming.h"

enum {
    VIEW_MAX_FIELDS = 64,
    VIEW_GUESTS = 2,             /* members of a view */
    VIEW_MEMBERS = 3,            /* and of what views are put together to */
    VIEW_ANON = VIEW_MEMBERS,    /* the guest that stands for all others, and never acts */
    VIEW_PLACES = VIEW_ANON + 1, /* guests of a world of views */
};

/* Why no views are taken of a world, whatever the policy; and why not under this one.  Each is the
 * end of a sentence about the world; NULL if there is nothing against it. */
const char *view_refuses(const struct world *world);
const char *view_refuses_policy(const struct world *world);

/* A byte of the state that is not always 0 in a world: which it is, by the table of fields. */
struct view_byte {
    uint16_t first, stride; /* of the field: where its byte of index 0 stands, and how far the next
                               one is from that */
    uint16_t offset;        /* of this byte */
    uint8_t of, means;      /* enum field_of, enum field_means */
    uint8_t index;
};

/* There is one for each guest, or for each nic: here a guest has one nic, of its number. */
static inline bool
view_is_guests(const struct view_byte *byte)
{
    return byte->of == OF_GUEST || byte->of == OF_NIC;
}

/* A value other than 0 says a guest, as 1 + its number; but for ROW_GONE. */
static inline bool
view_says_guest(const struct view_byte *byte)
{
    return byte->means == MEANS_GUEST || byte->means == MEANS_NIC;
}

struct view_bytes {
    unsigned count;
    struct view_byte byte[sizeof(struct state)]; /* in the order of the table */
};

void view_bytes(const struct world *world, struct view_bytes *bytes);

/* The byte of that index, of the same field as `byte`. */
static inline uint8_t
view_at(const struct state *state, const struct view_byte *byte, unsigned index)
{
    return ((const uint8_t *)state)[byte->first + index * byte->stride];
}

/* Views of a world, as states of a world that has places for the members and for ANON.  Read-only
 * once it is open. */
struct view_space {
    struct world world; /* prepared */
    struct view_bytes bytes;
    struct layout layout;
    struct recount recount;                  /* of numbers of starts alone */
    unsigned fields;                         /* of a name: bytes for each */
    struct view_byte field[VIEW_MAX_FIELDS]; /* those of the first name */
    uint8_t family[IFNAME_MAX_NAMES + 1];    /* of each name: its index, */
    uint8_t owner[IFNAME_MAX_NAMES + 1];     /* and the guest whose own that is, or MAX_GUESTS */
};

/* Of a world that neither view_refuses nor view_refuses_policy refuses. */
void view_open(struct view_space *space, const struct world *world);

/* Which names are there, and whose each is: that of each guest whose record, descriptor or binding
 * has it.  Under a name that is nobody's, something may be left behind. */
struct view_names {
    bool used[IFNAME_MAX_NAMES + 1];
    uint8_t guests[IFNAME_MAX_NAMES + 1]; /* bit g */
};

void view_names(const struct view_bytes *bytes, const struct state *state,
                struct view_names *names);

/* The family that a name is of, and the guest whose own that is, or MAX_GUESTS. */
unsigned view_family(const struct world *world, uint8_t name);
unsigned view_family_owner(const struct world *world, unsigned family);

enum view_end {
    VIEW_SEEN,
    VIEW_LACKING, /* it has more names than a world of views */
    VIEW_STRANGE, /* there is something in it which is in no world that views are taken of */
};

/* A state that is looked at.  Its world is a world of views, or the one that a space of views is of
 * with any number of such guests. */
struct view_scene {
    const struct world *world;      /* not owned, nor are these */
    const struct view_bytes *bytes; /* of the world */
    struct view_names names;
    unsigned count; /* of bytes that are not 0 */
    struct {
        const struct view_byte *byte;
        uint8_t value;
    } at[sizeof(struct state)];
};

/* VIEW_SEEN or VIEW_STRANGE. */
enum view_end view_look(struct view_scene *scene, const struct world *world,
                        const struct view_bytes *bytes, const struct state *state);

/* The view that those `members` guests have, in that order.  Each name gets the lowest number of
 * its family that is left, in the order of names. */
enum view_end view_project(const struct view_space *space, const struct view_scene *scene,
                           const uint8_t *member, unsigned members, struct state *view);

/* Makes the view of so many members the one that stands for all which differ from it in the order
 * of members and in the numbers of names, and packs it. */
void view_settle(const struct view_space *space, unsigned members, struct state *view,
                 uint64_t *packed);

/* Each number in the family that the name is of which is used by nobody; 0: there is none. */
uint8_t view_fresh(const struct world *world, const struct view_names *names, unsigned family);

#endif
