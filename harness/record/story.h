/* The story of a name on a host: which devices had it one after the other, and what became of its
 * rows; with the names that the other nics of those guests had, if the records say whose they are.
 * As much of it as a world can hold. */
#ifndef TAPWEAVE_HARNESS_RECORD_STORY_H
#define TAPWEAVE_HARNESS_RECORD_STORY_H

#include "core/world.h"
#include "harness/diagnostic.h"
#include "harness/record/chronicle.h"

#include <stddef.h>

enum { STORY_MOST_EVENTS = 128, STORY_MOST_NAMES = MAX_GUESTS, STORY_GUEST_SIZE = 2 };

/* A name that the story is of. */
struct story_name {
    char text[LEDGER_NAME_SIZE];     /* on the host */
    char in_world[LEDGER_NAME_SIZE]; /* the same in a world: of names that are numbered, the number
                                        is another one */
    bool numbered;                   /* it is one of vnet0, vnet1, ..., which nobody has fixed */
    bool row;                        /* a row is there from the beginning, and no device */
    const char *bridge;              /* where that row is; not owned */
    uint16_t tag;                    /* of that row, as in struct ledger_event */
};

/* The owner of devices that were there at one time; and of later ones, if the records say that they
 * are the same guest's. */
struct story_guest {
    char name[STORY_GUEST_SIZE]; /* "a", "b", ...: in the order in which the devices were made */
    const char *id;              /* by the records; "" if they do not say; not owned */
    unsigned lives;              /* so often it has run */
    bool running;                /* from the beginning on */
    bool stops;                  /* in the end: its devices go */
};

struct story_nic {
    unsigned guest, name; /* which of the story's */
    uint32_t device;      /* its index */
    unsigned life;        /* the last one of its guest's in which it was there, from 1 */
    bool gone;            /* in the end */
    bool linux;           /* it is on a Linux bridge */
    const char *bridge;   /* that one, or that of its row; not owned */
    uint16_t tag;         /* that it is to have, as in struct ledger_event */
    bool asked;           /* who made its port has said so; or its row is taken to be right */
};

struct story {
    unsigned names; /* in the order of their numbers */
    struct story_name name[STORY_MOST_NAMES];
    unsigned about;                       /* the name that was asked for, or of the finding */
    const struct ledger_finding *finding; /* what it is about, or NULL; not owned */
    bool lower;  /* a lower number than theirs was free all the time: in the world, vnet0 */
    bool netdev; /* the datapath is the userspace one */
    unsigned guests;
    struct story_guest guest[MAX_GUESTS];
    unsigned nics; /* those of a guest in the order in which they were made */
    struct story_nic nic[MAX_GUESTS];
    unsigned vlans;
    uint16_t vlan[VLAN_MAX]; /* the tags of those of a world, from 1 on */
    struct {
        unsigned nic; /* its device stays on a foreign row, of the finding */
        uint16_t tag; /* with this tag, which is not its own; 0: no device does */
    } astray;
    unsigned events;
    struct story_event event[STORY_MOST_EVENTS];
    unsigned earlier; /* devices of the name that are left out */
    bool alone;       /* other nics of its guests are left out: no world holds them as well */
    size_t others;    /* events of other names, which are left out */
};

/* What a schedule may need beside the commands on guests: how often. */
struct story_help {
    const char *text; /* "" if it needs none */
    uint8_t crashes, restarts, deletions;
};

/* Takes the story out of all events of a host, which are in the order of time: of that name, or, if
 * it is NULL, of that of the finding.  With a finding it ends where that is over.  What is not
 * owned is of `event` and `finding`.  False with a diagnostic if there is no story of that name, or
 * none that a world can hold. */
bool story_take(struct story *story, const struct ledger_event *event, size_t events,
                const char *name, const struct ledger_finding *finding,
                struct diagnostic *diagnostic);

/* True if anybody in it does anything, with that help, and there is something that it can be done
 * to.  Otherwise it is no scenario. */
bool story_acts(const struct story *story, const struct story_help *help);

/* The story as a scenario, a newline at its end, to be given to free(); NULL if there is no memory.
 * `report` is where it is from. */
char *story_scenario(const struct story *story, const struct story_help *help, const char *report);

/* Its names: "vnet0 and vnet1". */
enum { STORY_NAMES_SIZE = STORY_MOST_NAMES * (LEDGER_NAME_SIZE + 5) };
const char *story_names(const struct story *story, char text[STORY_NAMES_SIZE]);

/* What an event was: "device 5 was made as vnet0". */
enum { STORY_TEXT_SIZE = 80 };
const char *story_text(const struct story *story, const struct story_event *event,
                       char text[STORY_TEXT_SIZE]);

#endif
