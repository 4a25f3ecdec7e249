/* The names of a start's nics: see start_name.h. */
#include "core/start_name.h"

#include <assert.h>
#include <errno.h>

POLICY_TWO(NAME_CHECKS);
POLICY_TWO(EXPLICIT_NAMES);

bool
start_looks_up(const struct context *context)
{
    if (daemon_picks(context)) {
        return context->policy->name_check == NAME_CHECK_YES;
    }
    return context->nic[context->at_hand].unmanaged ||
           (!daemon_names(context) && !daemon_has_link(context) &&
            context->policy->explicit_name == EXPLICIT_NAME_REFUSE);
}

/* The chosen name is somebody else's: on to the next one, at most once round the family. */
static bool
may_retry(struct machine *machine, const struct context *context)
{
    assert(machine->tries < daemon_numbers(context));
    machine->tries++;
    return machine->tries < daemon_numbers(context);
}

POLICY_TWO(ON_TAKEN_ACTIONS);

bool
start_picks_again(enum op_kind kind, struct machine *machine, const struct context *context,
                  struct outcome outcome)
{
    bool passes = daemon_on_taken(context) == ON_TAKEN_RETRY && outcome.error != 0;
    bool taken = (kind == OP_LOOKUP && outcome.error == 0) || (kind == OP_CREATE_TAP && passes) ||
                 (kind == OP_CREATE_LINK && passes && outcome.error == EEXIST);

    return taken && daemon_picks(context) && may_retry(machine, context);
}

/* A clean-up finds by name what this start did not make, too. */
static bool
cleans_up_by_name(const struct context *context)
{
    switch ((enum clean_up)context->policy->clean_up) {
    case CLEAN_UP_BY_NAME:
    case CLEAN_UP_CREATED_LINK:
        return true;
    case CLEAN_UP_CREATED:
        return false;
    }
    assert(false);
    return false;
}

bool
start_gives_name_up(const struct machine *machine, const struct context *context,
                    const struct nic_record *record)
{
    bool linked = daemon_has_link(context) && (record->made & MADE_TAP) != 0;

    return cleans_up_by_name(context) && !linked && (machine->flag & MACHINE_KEEPS_NAME) == 0;
}

void
start_forget_name(const struct machine *machine, const struct context *context,
                  struct nic_record *record)
{
    assert((record->made & MADE_OPEN) == 0); /* or nobody would know what to close */
    if (daemon_names(context) && start_gives_name_up(machine, context, record)) {
        record->name = IFNAME_NONE;
    }
}

void
start_set_names_of_definitions(const struct context *context, struct nic_record *records)
{
    for (unsigned i = 0; i < context->nics; i++) {
        struct context local = daemon_nic(context, context->nic_at[i]);
        struct nic_record *record = &records[local.at_hand];

        if (record->name == IFNAME_NONE && cleans_up_by_name(context)) {
            record->name = daemon_defined(&local);
        }
    }
}
