/* The story of one name on a host: which devices had it one after the other, and what became of its
 * rows; as much of it as a world can hold. */
#ifndef TAPWEAVE_HARNESS_RECORD_STORY_H
#define TAPWEAVE_HARNESS_RECORD_STORY_H

#include "core/world.h"
#include "harness/diagnostic.h"
#include "harness/record/ledger.h"

#include <stddef.h>

enum { STORY_MOST_EVENTS = 128, STORY_GUEST_SIZE = 2 };

/* Whoever had one of the devices: each has a guest of its own. */
struct story_guest {
    char name[STORY_GUEST_SIZE]; /* "a", "b", ...: in the order in which the devices were made */
    uint32_t device;             /* its index */
    bool running;                /* from the beginning on */
    bool stops;                  /* its device goes */
    const char *bridge;          /* of its row; not owned */
};

/* An event, as a world has it. */
struct story_event {
    const struct ledger_event *event; /* not owned */
    enum ledger_kind kind;            /* a device that had another name before is made here */
    uint32_t device;                  /* the index of the device; 0 of a row */
};

struct story {
    char name[LEDGER_NAME_SIZE];          /* on the host */
    char in_world[LEDGER_NAME_SIZE];      /* the same in a world: of names that are numbered, the
                                             number is another one */
    const struct ledger_finding *finding; /* what it is about, or NULL; not owned */
    bool numbered;      /* the name is one of vnet0, vnet1, ..., which nobody has fixed */
    bool lower;         /* a lower number was free all the time: in the world, vnet0 */
    bool row;           /* a row is there from the beginning, and no device */
    bool netdev;        /* the datapath is the userspace one */
    const char *bridge; /* where that row is; not owned */
    unsigned guests;
    struct story_guest guest[MAX_GUESTS];
    unsigned events;
    struct story_event event[STORY_MOST_EVENTS];
    unsigned earlier; /* devices of that name that are left out */
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

/* True if anybody in it does anything, with that help.  If nobody does, it is no scenario. */
bool story_acts(const struct story *story, const struct story_help *help);

/* The story as a scenario, a newline at its end, to be given to free(); NULL if there is no memory.
 * `report` is where it is from. */
char *story_scenario(const struct story *story, const struct story_help *help, const char *report);

/* What an event was: "device 5 was made as vnet0". */
enum { STORY_TEXT_SIZE = 80 };
const char *story_text(const struct story *story, const struct story_event *event,
                       char text[STORY_TEXT_SIZE]);

#endif
