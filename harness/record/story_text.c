/* A story in words: see story.h. */
#include "harness/record/story.h"

#include <inttypes.h>
#include <stdio.h>

const char *
story_names(const struct story *story, char text[STORY_NAMES_SIZE])
{
    size_t length = 0;

    for (unsigned i = 0; i < story->names; i++) {
        const char *before = i == 0 ? "" : i + 1 < story->names ? ", " : " and ";

        length += (size_t)snprintf(text + length, STORY_NAMES_SIZE - length, "%s%s", before,
                                   story->name[i].text);
    }
    return text;
}

const char *
story_text(const struct story *story, const struct story_event *event, char text[STORY_TEXT_SIZE])
{
    const char *name = story->name[event->name].text;
    char tag[sizeof ", with the tag 65535"] = "";

    if (event->event->tag == LEDGER_NO_TAG) {
        snprintf(tag, sizeof tag, "%s", event->kind == LEDGER_TAG ? "none" : "");
    } else if (event->event->tag != 0) {
        snprintf(tag, sizeof tag, "%s%u", event->kind == LEDGER_TAG ? "" : ", with the tag ",
                 event->event->tag);
    }
    if (event->kind == LEDGER_JOIN) {
        snprintf(text, STORY_TEXT_SIZE, "%s, device %" PRIu32 ", joins the bridge %s", name,
                 event->device, event->event->bridge);
    } else if (event->kind == LEDGER_LEAVE) {
        snprintf(text, STORY_TEXT_SIZE, "%s, device %" PRIu32 ", leaves its bridge", name,
                 event->device);
    } else if (event->device != 0) {
        snprintf(text, STORY_TEXT_SIZE, "%s, device %" PRIu32 ", %s", name, event->device,
                 event->kind == LEDGER_DEVICE ? "is made" : "goes");
    } else if (event->kind == LEDGER_TAG) {
        snprintf(text, STORY_TEXT_SIZE, "the tag of the row of %s is set: %s", name, tag);
    } else {
        snprintf(text, STORY_TEXT_SIZE, "the row of %s is %s%s", name,
                 event->kind == LEDGER_ROW ? "inserted" : "deleted",
                 event->kind == LEDGER_ROW ? tag : "");
    }
    return text;
}
