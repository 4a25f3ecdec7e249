/* Guests by one name each: see alias.h. */
#include "harness/record/alias.h"

#include <stdlib.h>
#include <string.h>

static struct alias *
alias_of(const struct aliases *aliases, const char *uuid)
{
    for (size_t i = 0; i < aliases->count; i++) {
        if (strcmp(aliases->alias[i].uuid, uuid) == 0) {
            return &aliases->alias[i];
        }
    }
    return NULL;
}

bool
aliases_take(struct aliases *aliases, const struct record *record)
{
    for (size_t i = 0; i < record->count; i++) {
        const struct ledger_event *event = &record->event[i];
        struct alias *alias;

        if (event->kind != LEDGER_ALIAS) {
            continue;
        }
        alias = alias_of(aliases, event->row);
        if (alias == NULL) {
            alias = realloc(aliases->alias, (aliases->count + 1) * sizeof *alias);
            if (alias == NULL) {
                return false;
            }
            aliases->alias = alias;
            alias += aliases->count++;
            memcpy(alias->uuid, event->row, sizeof alias->uuid);
        }
        memcpy(alias->name, event->guest, sizeof alias->name);
    }
    return true;
}

void
aliases_apply(const struct aliases *aliases, struct record *record)
{
    for (size_t i = 0; i < record->count; i++) {
        struct ledger_event *event = &record->event[i];
        const struct alias *alias =
            event->guest[0] == '\0' ? NULL : alias_of(aliases, event->guest);

        if (alias != NULL) {
            memcpy(event->guest, alias->name, sizeof event->guest);
        }
    }
}
