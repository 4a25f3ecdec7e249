/* The packet filters of the real world's guests: see real_filter.h. */
#include "harness/real/real_filter.h"

#include "harness/real/filter.h"
#include "harness/real/real_terms.h"

#include <errno.h>
#include <string.h>

static struct filter
filter_of(const struct real *real, unsigned nic, const char *name)
{
    struct filter filter = {.name = ""};

    strncpy(filter.name, name, sizeof filter.name - 1);
    real_source(real->world->nic[nic].mac, filter.mac);
    return filter;
}

bool
real_add_filter(struct real *real, unsigned nic, struct operation op, const char *name, int *error)
{
    bool alone = op.filter_found != FILTER_BESIDE;
    struct filter filter = filter_of(real, nic, name);

    *error = 0;
    if (real->has_filters && !filter_add(&filter, alone, error, real->diagnostic)) {
        return false;
    }
    *error = *error == EEXIST && op.filter_found == FILTER_KEEP ? 0 : *error;
    return true;
}

bool
real_remove_filter(struct real *real, unsigned nic, struct operation op, const char *name)
{
    struct filter filter = filter_of(real, nic, name);

    return !real->has_filters || filter_remove(&filter, op.mac == 0, real->diagnostic);
}

bool
real_observe_filters(const struct real *real, struct observation *seen)
{
    struct filter filters[FILTER_MOST];
    size_t count = 0;

    if (real->has_filters && !(real->daemon == NULL ? filter_list : real->daemon->filters)(
                                 filters, &count, real->diagnostic)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        uint8_t name = ifname_find(&real->world->names, filters[i].name);

        for (unsigned nic = 0; nic < world_nics(real->world); nic++) {
            struct context context = world_context(real->world, nic);
            uint8_t mac[6];

            real_source(real->world->nic[nic].mac, mac);
            if (memcmp(mac, filters[i].mac, sizeof mac) == 0) {
                seen->filter[name] |= state_filter_bit(real->world, daemon_filter_mac(&context));
            }
        }
    }
    return true;
}
