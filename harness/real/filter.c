/* Packet filters: see filter.h. */
#include "harness/real/filter.h"

#include "harness/real/netlink.h"

#include <assert.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <nftables/libnftables.h>
#include <string.h>

#define TABLE "tapweave"

enum { MESSAGE = 256 /* bytes, at most */ };

/* A transaction: what is between a beginning and an end happens as a whole, or not at all. */
struct batch {
    char bytes[32 * MESSAGE]; /* one name has as many filters as there are nics, at most */
    size_t length;
    struct nlmsghdr *last; /* NULL: there is nothing in it */
};

/* A key of the set `allowed`: its parts one behind the other, each padded to words. */
struct key {
    char name[IFNAME_SIZE];
    uint8_t mac[8];
};

static struct nlmsghdr *
put(struct batch *batch, int type, int flags, uint8_t family, int resource)
{
    assert(batch->length + MESSAGE <= sizeof batch->bytes);
    return netlink_put_netfilter(batch->bytes + batch->length, type, flags, family, resource);
}

static void
begin(struct batch *batch)
{
    batch->last = NULL;
    batch->length = 0;
    batch->length = put(batch, NFNL_MSG_BATCH_BEGIN, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES)->nlmsg_len;
}

/* What to do with one element of a set, or with all of them if the key's size is 0. */
enum {
    ADD = NFT_MSG_NEWSETELEM | NLM_F_CREATE << 8,
    ADD_NEW = ADD | NLM_F_EXCL << 8,
    DELETE = NFT_MSG_DELSETELEM
};

static void
change(struct batch *batch, int what, const char *set, const void *key, size_t size)
{
    struct nlmsghdr *header =
        put(batch, NFNL_SUBSYS_NFTABLES << 8 | (what & 0xff), what >> 8, NFPROTO_BRIDGE, 0);
    struct nlattr *elements, *element, *value;

    mnl_attr_put_strz(header, NFTA_SET_ELEM_LIST_TABLE, TABLE);
    mnl_attr_put_strz(header, NFTA_SET_ELEM_LIST_SET, set);
    if (size > 0) {
        elements = mnl_attr_nest_start(header, NFTA_SET_ELEM_LIST_ELEMENTS);
        element = mnl_attr_nest_start(header, NFTA_LIST_ELEM);
        value = mnl_attr_nest_start(header, NFTA_SET_ELEM_KEY);
        mnl_attr_put(header, NFTA_DATA_VALUE, size, key);
        mnl_attr_nest_end(header, value);
        mnl_attr_nest_end(header, element);
        mnl_attr_nest_end(header, elements);
    }
    batch->last = header;
    batch->length += header->nlmsg_len;
}

static void
change_name(struct batch *batch, int what, const struct filter *filter)
{
    change(batch, what, "guarded", filter->name, sizeof filter->name);
}

static void
change_pair(struct batch *batch, int what, const struct filter *filter)
{
    struct key key = {.mac = {0}};

    memcpy(key.name, filter->name, sizeof key.name);
    memcpy(key.mac, filter->mac, sizeof filter->mac);
    change(batch, what, "allowed", &key, sizeof key);
}

/* The kernel answers once it has done all, or names the first error: an errno. */
static int
try_commit(struct batch *batch)
{
    if (batch->last == NULL) {
        return 0;
    }
    batch->last->nlmsg_flags |= NLM_F_ACK;
    batch->length += put(batch, NFNL_MSG_BATCH_END, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES)->nlmsg_len;
    return netlink_ask(NETLINK_NETFILTER, (struct nlmsghdr *)batch->bytes, batch->length, NULL,
                       NULL);
}

static bool
cannot_change(int error, struct diagnostic *diagnostic)
{
    return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "cannot change the packet filters: %s",
                    strerror(error));
}

static bool
commit(struct batch *batch, struct diagnostic *diagnostic)
{
    int error = try_commit(batch);

    return error == 0 || cannot_change(error, diagnostic);
}

/* An errno.  It shows what the kernel has: libnftables would say it in a text, or, where there is
 * no such socket, end the process. */
static int
make_table(void)
{
    struct nlmsghdr *header;
    struct batch batch;

    begin(&batch);
    header =
        put(&batch, NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWTABLE, NLM_F_CREATE, NFPROTO_BRIDGE, 0);
    mnl_attr_put_strz(header, NFTA_TABLE_NAME, TABLE);
    batch.last = header;
    batch.length += header->nlmsg_len;
    return try_commit(&batch);
}

/* What is in the table. */
static bool
fill_table(struct diagnostic *diagnostic)
{
    static const char commands[] =
        "add set bridge " TABLE " guarded { type ifname; };"
        "add set bridge " TABLE " allowed { type ifname . ether_addr; };"
        "add chain bridge " TABLE " forward { type filter hook forward priority 0; };"
        "add rule bridge " TABLE " forward iifname @guarded iifname . ether saddr != @allowed drop";
    struct nft_ctx *nft = nft_ctx_new(NFT_CTX_DEFAULT);
    bool made = false;

    if (nft != NULL) {
        nft_ctx_buffer_error(nft);
        made = nft_run_cmd_from_buffer(nft, commands) == 0 ||
               diagnose(diagnostic, EXIT_MISSING, NULL, 0, 0, "needs packet filters: %s",
                        nft_ctx_get_error_buffer(nft));
        nft_ctx_free(nft);
    }
    return made || diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
}

bool
filter_open(bool *has, struct diagnostic *diagnostic)
{
    int error = make_table();

    *has = error == 0;
    if (error == 0) {
        return fill_table(diagnostic);
    }
    /* No netfilter, no nf_tables, or none for bridges. */
    return error == EPROTONOSUPPORT || error == EOPNOTSUPP || error == EAFNOSUPPORT ||
           cannot_change(error, diagnostic);
}

bool
filter_add(const struct filter *filter, bool alone, int *error, struct diagnostic *diagnostic)
{
    struct batch batch;

    begin(&batch);
    change_name(&batch, alone ? ADD_NEW : ADD, filter);
    change_pair(&batch, ADD, filter);
    *error = try_commit(&batch);
    return *error == 0 || (alone && *error == EEXIST) || cannot_change(*error, diagnostic);
}

bool
filter_remove(const struct filter *filter, bool all, struct diagnostic *diagnostic)
{
    struct filter filters[FILTER_MOST];
    unsigned left = 0;
    struct batch batch;
    size_t count;

    if (!filter_list(filters, &count, diagnostic)) {
        return false;
    }
    begin(&batch);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(filters[i].name, filter->name) != 0) {
            continue;
        }
        if (all || memcmp(filters[i].mac, filter->mac, sizeof filter->mac) == 0) {
            change_pair(&batch, DELETE, &filters[i]);
        } else {
            left++;
        }
    }
    if (batch.last != NULL && left == 0) {
        change_name(&batch, DELETE, filter);
    }
    return commit(&batch, diagnostic);
}

bool
filter_clear(struct diagnostic *diagnostic)
{
    struct batch batch;

    begin(&batch);
    change(&batch, DELETE, "guarded", NULL, 0);
    change(&batch, DELETE, "allowed", NULL, 0);
    return commit(&batch, diagnostic);
}

struct listing {
    struct filter *filters;
    size_t count; /* those that do not fit are counted as well */
};

static int
read_message(const struct nlmsghdr *header, void *context)
{
    const struct nlattr *elements = netlink_attribute(header, sizeof(struct nfgenmsg),
                                                      NFTA_SET_ELEM_LIST_ELEMENTS),
                        *element = NULL;
    struct listing *listing = context;

    while (elements != NULL && (element = netlink_next(elements, element)) != NULL) {
        const struct nlattr *value =
            netlink_nested(netlink_nested(element, NFTA_SET_ELEM_KEY), NFTA_DATA_VALUE);
        struct filter *filter = &listing->filters[listing->count];
        struct key key;

        if (value != NULL && mnl_attr_get_payload_len(value) == sizeof key &&
            listing->count++ < FILTER_MOST) {
            memcpy(&key, mnl_attr_get_payload(value), sizeof key);
            memcpy(filter->name, key.name, sizeof filter->name);
            memcpy(filter->mac, key.mac, sizeof filter->mac);
        }
    }
    return MNL_CB_OK;
}

bool
filter_list(struct filter filters[FILTER_MOST], size_t *count, struct diagnostic *diagnostic)
{
    struct listing listing = {filters, 0};
    struct batch batch = {.length = 0};
    struct nlmsghdr *header =
        put(&batch, NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETSETELEM, NLM_F_DUMP, NFPROTO_BRIDGE, 0);
    int error;

    mnl_attr_put_strz(header, NFTA_SET_ELEM_LIST_TABLE, TABLE);
    mnl_attr_put_strz(header, NFTA_SET_ELEM_LIST_SET, "allowed");
    error = netlink_ask(NETLINK_NETFILTER, header, header->nlmsg_len, read_message, &listing);
    if (error == 0 && listing.count > FILTER_MOST) {
        error = E2BIG;
    }
    *count = listing.count;
    return error == 0 || diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0,
                                  "cannot list the packet filters: %s", strerror(error));
}
