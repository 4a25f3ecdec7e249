/* The table of faults: see fault.h. */
#include "core/fault.h"

#include <assert.h>

static const struct {
    const char *name;
    const char *text;
} faults[FAULT_COUNT] = {
#define X(id, name, text) [FAULT_##id] = {name, text},
    FAULTS(X)
#undef X
};

bool
fault_strikes_guests(enum fault fault)
{
    assert(fault < FAULT_COUNT);
    return fault != FAULT_VSWITCHD_RESTART && fault != FAULT_DAEMON_RESTART &&
           fault != FAULT_OVSDB_OUTAGE;
}

const char *
fault_name(enum fault fault)
{
    assert(fault < FAULT_COUNT);
    return faults[fault].name;
}

const char *
fault_text(enum fault fault)
{
    assert(fault < FAULT_COUNT);
    return faults[fault].text;
}
