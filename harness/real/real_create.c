/* The devices that the daemon creates: see real_create.h. */
#include "harness/real/real_create.h"

#include "harness/real/device.h"
#include "harness/real/real_link.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>

uint8_t
real_incarnation(const struct real *real, int index)
{
    for (unsigned nic = 0; nic < world_nics(real->world); nic++) {
        if (real->index[nic] == index) {
            return (uint8_t)(nic + 1);
        }
    }
    for (unsigned name = 1; name <= real->world->names.names; name++) {
        if (real->preset[name] == index) {
            return ADMINISTRATOR;
        }
    }
    return THIRD_PARTY;
}

/* FreeBSD is emulated: a name that is taken is refused, and IFF_PERSIST keeps the tap. */
int
real_open_tap(const struct real *real, const char *name, bool multi, int *fd, char got[IFNAME_SIZE])
{
    int error;

    if (real->world->platform == PLATFORM_FREEBSD && device_index(name) != 0) {
        return EEXIST;
    }
    error = device_open_tap(name, multi, fd, got);
    return error == 0 && real->world->platform == PLATFORM_FREEBSD
               ? device_set_persistent(*fd, true)
               : error;
}

void
real_note_device(struct real *real, unsigned nic, const char *name)
{
    int index = device_index(name);

    real->outcome.value = ifname_find(&real->world->names, name);
    real->outcome.token = real_incarnation(real, index);
    if (real->outcome.token == THIRD_PARTY) { /* nobody has had that one before */
        real->index[nic] = index;
        real->outcome.token = (uint8_t)(nic + 1);
    }
}

void
real_create_tap(struct real *real, unsigned nic, struct operation op)
{
    const struct ifname_table *names = &real->world->names;
    char name[IFNAME_SIZE], got[IFNAME_SIZE];
    struct outcome *outcome = &real->outcome;

    assert(real->tap[nic] < 0);
    outcome->value = op.name;
    if (op.name != IFNAME_NONE) {
        ifname_text(names, op.name, name);
    } else {
        snprintf(name, sizeof name, "%.13s%%d", names->family[op.family - 1].prefix);
    }
    outcome->error = real_open_tap(real, name, op.multi_queue != 0, &real->tap[nic], got);
    if (outcome->error != 0) {
        return;
    }
    real_note_device(real, nic, got);
}

bool
real_create_link(struct real *real, unsigned nic, struct operation op)
{
    struct outcome *outcome = &real->outcome;
    const struct ifname_table *names = &real->world->names;
    uint8_t first = op.name != IFNAME_NONE ? op.name : names->family[op.family - 1].first;
    unsigned count = op.name != IFNAME_NONE ? 1 : names->family[op.family - 1].count;
    char name[IFNAME_SIZE];

    *outcome = (struct outcome){.error = EEXIST, .token = (uint8_t)(nic + 1)};
    for (unsigned i = 0; i < count && outcome->error == EEXIST; i++) {
        outcome->value = (uint8_t)(first + i);
        ifname_text(names, outcome->value, name);
        if (!real_make_link(real, nic, name, &real->tap[nic], &outcome->error)) {
            return false;
        }
    }
    if (outcome->error == 0) {
        real->index[nic] = device_index(name);
    }
    return true;
}
