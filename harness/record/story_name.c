/* The names of a story: see story_name.h. */
#include "harness/record/story_name.h"

#include "core/ifname.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char numbered[] = "vnet";

int
story_name_order(const char *one, const char *other)
{
    const int64_t first = ifname_number(one, numbered), second = ifname_number(other, numbered);

    if (first == second) {
        return strcmp(one, other);
    }
    return (first >= 0 && first < second) || second < 0 ? -1 : 1;
}

/* A lower number than that of the first name is free, as far as the records say: its device has
 * gone before, and none is made until the story's end. */
static bool
lower_is_free(const struct story *story, const struct ledger_event *event, size_t events)
{
    const int64_t number = ifname_number(story->name[0].text, numbered), most = 100;
    const struct ledger_event *first = story->events == 0 ? NULL : story->event[0].event;
    const struct ledger_event *last =
        story->events == 0 ? NULL : story->event[story->events - 1].event;
    char lower[sizeof numbered + 20];

    for (int64_t i = 0; first != NULL && i < number && i < most; i++) {
        bool gone = false;

        snprintf(lower, sizeof lower, "%s%" PRId64, numbered, i);
        for (size_t at = 0; at < events && &event[at] <= last; at++) {
            const bool before = &event[at] < first;

            if (strcmp(event[at].name, lower) == 0) {
                gone = event[at].kind == LEDGER_DEVICE_GONE ? gone || before
                       : event[at].kind == LEDGER_DEVICE    ? false
                                                            : gone;
            }
        }
        if (gone) {
            return true;
        }
    }
    return false;
}

void
story_name_all(struct story *story, const struct ledger_event *event, size_t events)
{
    unsigned next;

    story->lower = ifname_number(story->name[0].text, numbered) >= 0 && story->guests > 0 &&
                   !story->guest[0].running && lower_is_free(story, event, events);
    next = story->lower;
    for (unsigned i = 0; i < story->names; i++) {
        struct story_name *name = &story->name[i];

        name->numbered = ifname_number(name->text, numbered) >= 0;
        if (name->numbered) {
            snprintf(name->in_world, sizeof name->in_world, "%s%u", numbered, next++);
        } else {
            memcpy(name->in_world, name->text, sizeof name->in_world);
        }
    }
}

bool
story_name_refuse(const char *name, const struct ledger_event *event, size_t events,
                  struct diagnostic *diagnostic)
{
    enum { MOST = 64 };
    const char *names[MOST];
    char hint[DIAGNOSTIC_HINT_SIZE];
    size_t count = 0;

    for (size_t i = 0; i < events && count < MOST; i++) {
        size_t known = 0;

        while (known < count && strcmp(names[known], event[i].name) != 0) {
            known++;
        }
        if (known == count && event[i].name[0] != '\0') {
            names[count++] = event[i].name;
        }
    }
    return diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                    "the records say nothing of a device or a port '%s'%s", name,
                    diagnostic_hint(name, names, count, hint));
}
