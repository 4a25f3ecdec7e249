/* Packet filters of a start that fails: see start_filter.h. */
#include "core/start_filter.h"

#include "core/start_name.h"

POLICY_TWO(START_UNFILTERS);

/* By nwfilter, and not by ebtables, which has a MAC in its rules. */
static bool
is_filtered(const struct context *context)
{
    return context->nic[context->at_hand].kind == NIC_TAP && daemon_has_filter(context) &&
           daemon_filter_mac(context) == 0;
}

bool
start_unfilters(const struct context *context, const struct nic_record *record, bool first)
{
    return is_filtered(context) && (record->made & MADE_FILTER) != 0 &&
           (context->policy->start_unfilters == START_UNFILTERS_FIRST) == first;
}

bool
start_unfilters_unconnected(const struct machine *machine, const struct context *context,
                            const struct nic_record *record)
{
    bool forgotten = daemon_names(context) && start_gives_name_up(machine, context, record);

    return is_filtered(context) && context->policy->start_unfilters == START_UNFILTERS_FIRST &&
           context->policy->clean_up != CLEAN_UP_CREATED && record->name != IFNAME_NONE &&
           !forgotten;
}
