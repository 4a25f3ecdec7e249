/* The part of a scenario file that says which step an entry begins after. */
#include "harness/scenario.h"

#include "core/client.h"

#include <string.h>

/* 1 + the index of the landmark, which is added if it is new; 0 with a diagnostic. */
static uint8_t
add(struct world *world, struct part part, struct landmark landmark)
{
    for (uint8_t i = 0; i < world->landmarks; i++) {
        if (memcmp(&world->landmark[i], &landmark, sizeof landmark) == 0) {
            return (uint8_t)(i + 1);
        }
    }
    if (world->landmarks == MAX_LANDMARKS) {
        return refuse(part, "entries wait for more than %d steps", MAX_LANDMARKS);
    }
    world->landmark[world->landmarks++] = landmark;
    return world->landmarks;
}

uint8_t
scenario_read_landmark(struct scenario *scenario, struct part part)
{
    const char *text = part_text(part, "after"), *space, *steps[LANDMARK_STEPS - 1];
    const char *guests[MAX_GUESTS];
    struct diagnostic *diagnostic = part.document->diagnostic;
    struct world *world = &scenario->world;
    char word[DOCUMENT_MAX_TEXT + 1] = "";
    int step, guest;

    if (text == NULL || (space = strchr(text, ' ')) == NULL) {
        return text != NULL && refuse(part, "'%s' is no step: an operation, and its guest", text);
    }
    for (unsigned i = OP_NONE + 1; i < LANDMARK_STEPS; i++) {
        steps[i - 1] = client_step_name(i);
    }
    for (unsigned i = 0; i < world->guests; i++) {
        guests[i] = scenario->guest[i].name;
    }
    memcpy(word, text, (size_t)(space - text));
    step =
        diagnostic_word(diagnostic, part_place(part, 0), "step", word, steps, LANDMARK_STEPS - 1);
    guest = step < 0
                ? -1
                : diagnostic_word(diagnostic, part_text_place(part, (size_t)(space + 1 - text)),
                                  "guest", space + 1, guests, world->guests);
    if (guest < 0) {
        return 0;
    }
    return add(world, part,
               (struct landmark){.guest = (uint8_t)guest, .step = (uint8_t)(step + 1)});
}
