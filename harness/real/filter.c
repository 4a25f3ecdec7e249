/* Packet filters: see filter.h. */
#define _DEFAULT_SOURCE /* ether_aton_r */
#include "harness/real/filter.h"

#include <jansson.h>
#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <netinet/ether.h>
#include <nftables/libnftables.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define TABLE "bridge tapweave"

/* Commands of one transaction, on the filters of one name.  They are some 80 bytes each; if they
 * were cut short, nft would take none of them. */
struct commands {
    char text[8192];
    size_t length;
};

bool
filter_can_name(const char *name)
{
    return strpbrk(name, "\"\\*") == NULL; /* the end of a string, an escape, any end of a name */
}

static void __attribute__((format(printf, 2, 3)))
append(struct commands *commands, const char *format, ...)
{
    size_t size = sizeof commands->text, used = commands->length;
    va_list arguments;

    va_start(arguments, format);
    if (used < size) {
        commands->length +=
            (size_t)vsnprintf(commands->text + used, size - used, format, arguments);
    }
    va_end(arguments);
}

/* "add" or "delete", in one of the sets. */
static void
append_name(struct commands *commands, const char *verb, const char *name)
{
    append(commands, "%s element " TABLE " guarded { \"%s\" };", verb, name);
}

static void
append_pair(struct commands *commands, const char *verb, const struct filter *filter)
{
    const uint8_t *mac = filter->mac;

    append(commands, "%s element " TABLE " allowed { \"%s\" . %02x:%02x:%02x:%02x:%02x:%02x };",
           verb, filter->name, mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
}

static bool
run(struct nft_ctx *nft, const char *commands, struct complaint *complaint)
{
    return nft_run_cmd_from_buffer(nft, commands) == 0 ||
           complain(complaint, EXIT_INTERNAL, NULL, 0, 0, "nftables: %.200s",
                    nft_ctx_get_error_buffer(nft));
}

/* libnftables ends the process if there is no such socket. */
static bool
has_netfilter(void)
{
    struct mnl_socket *socket = mnl_socket_open(NETLINK_NETFILTER);

    if (socket != NULL) {
        mnl_socket_close(socket);
    }
    return socket != NULL;
}

struct nft_ctx *
filter_open(void)
{
    struct nft_ctx *nft = has_netfilter() ? nft_ctx_new(NFT_CTX_DEFAULT) : NULL;

    if (nft == NULL) {
        return NULL;
    }
    nft_ctx_buffer_output(nft);
    nft_ctx_buffer_error(nft);
    if (nft_run_cmd_from_buffer(nft, "add table " TABLE ";"
                                     "add set " TABLE " guarded { type ifname; };"
                                     "add set " TABLE " allowed { type ifname . ether_addr; };"
                                     "add chain " TABLE
                                     " forward { type filter hook forward priority 0; };"
                                     "add rule " TABLE " forward iifname @guarded"
                                     " iifname . ether saddr != @allowed drop") == 0) {
        return nft;
    }
    nft_ctx_free(nft);
    return NULL;
}

void
filter_close(struct nft_ctx *nft)
{
    if (nft != NULL) {
        nft_ctx_free(nft);
    }
}

/* Deletes the filter of that name and MAC, or `all` of the name; *left is how many it still has. */
static bool
append_removal(struct nft_ctx *nft, const struct filter *filter, bool all,
               struct commands *commands, unsigned *left, struct complaint *complaint)
{
    struct filter filters[FILTER_MOST];
    size_t count;

    *left = 0;
    if (!filter_list(nft, filters, &count, complaint)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (strcmp(filters[i].name, filter->name) != 0) {
            continue;
        }
        if (all || memcmp(filters[i].mac, filter->mac, sizeof filter->mac) == 0) {
            append_pair(commands, "delete", &filters[i]);
        } else {
            ++*left;
        }
    }
    return true;
}

bool
filter_add(struct nft_ctx *nft, const struct filter *filter, struct complaint *complaint)
{
    struct commands commands = {.length = 0};

    append_name(&commands, "add", filter->name);
    append_pair(&commands, "add", filter);
    return run(nft, commands.text, complaint);
}

bool
filter_remove(struct nft_ctx *nft, const struct filter *filter, bool all,
              struct complaint *complaint)
{
    struct commands commands = {.length = 0};
    unsigned left;

    if (!append_removal(nft, filter, all, &commands, &left, complaint)) {
        return false;
    }
    if (commands.length > 0 && left == 0) {
        append_name(&commands, "delete", filter->name);
    }
    return commands.length == 0 || run(nft, commands.text, complaint);
}

bool
filter_clear(struct nft_ctx *nft, struct complaint *complaint)
{
    return run(nft, "flush set " TABLE " guarded; flush set " TABLE " allowed", complaint);
}

static bool
read_filter(json_t *element, struct filter *filter)
{
    const char *name, *mac;
    struct ether_addr address;

    if (json_unpack(element, "{s:[s,s]}", "concat", &name, &mac) != 0 ||
        strlen(name) >= sizeof filter->name || ether_aton_r(mac, &address) == NULL) {
        return false;
    }
    strcpy(filter->name, name);
    memcpy(filter->mac, address.ether_addr_octet, sizeof filter->mac);
    return true;
}

/* The set stands in "nftables", behind what made the answer; it has no "elem" if it is empty. */
static bool
read_filters(const json_t *answer, struct filter *filters, size_t *count)
{
    const json_t *parts = json_object_get(answer, "nftables"), *set = NULL, *elements;
    bool read = true;

    for (size_t i = 0; i < json_array_size(parts) && set == NULL; i++) {
        set = json_object_get(json_array_get(parts, i), "set");
    }
    elements = json_object_get(set, "elem");
    *count = json_array_size(elements);
    if (set == NULL || *count > FILTER_MOST) {
        return false;
    }
    for (size_t i = 0; i < *count; i++) {
        read = read && read_filter(json_array_get(elements, i), &filters[i]);
    }
    return read;
}

bool
filter_list(struct nft_ctx *nft, struct filter filters[FILTER_MOST], size_t *count,
            struct complaint *complaint)
{
    json_t *answer;
    bool done;

    nft_ctx_output_set_flags(nft, NFT_CTX_OUTPUT_JSON);
    done = run(nft, "list set " TABLE " allowed", complaint);
    nft_ctx_output_set_flags(nft, 0);
    if (!done) {
        return false;
    }
    answer = json_loads(nft_ctx_get_output_buffer(nft), 0, NULL);
    done = read_filters(answer, filters, count);
    json_decref(answer);
    return done || complain(complaint, EXIT_INTERNAL, NULL, 0, 0,
                            "nftables: cannot read its list of filters");
}
