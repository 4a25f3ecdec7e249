/* Packet filters of ebtables: see ebtables.h. */
#include "harness/libvirt/ebtables.h"

#include "harness/real/netlink.h"

#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdio.h>
#include <string.h>

#define TABLE "nat"
#define ROOT "PREROUTING"
#define CHAIN "libvirt-I-"

enum { MESSAGE = 512 /* bytes, at most */, CHAIN_SIZE = NFT_CHAIN_MAXNAMELEN };

/* What there is in a rule. */
struct rule {
    const char *chain; /* in which it is */
    const char *jumps; /* to this one; or NULL */
    const void *value; /* what is compared first; or NULL */
    size_t size;       /* its bytes */
};

static void
read_expression(const struct nlattr *expression, struct rule *rule)
{
    const struct nlattr *name = netlink_nested(expression, NFTA_EXPR_NAME);
    const struct nlattr *data = netlink_nested(expression, NFTA_EXPR_DATA), *value;

    if (name != NULL && strcmp(mnl_attr_get_str(name), "cmp") == 0) {
        value = netlink_nested(netlink_nested(data, NFTA_CMP_DATA), NFTA_DATA_VALUE);
        if (value != NULL && rule->value == NULL) {
            rule->value = mnl_attr_get_payload(value);
            rule->size = mnl_attr_get_payload_len(value);
        }
    } else if (name != NULL && strcmp(mnl_attr_get_str(name), "immediate") == 0) {
        value = netlink_nested(netlink_nested(data, NFTA_IMMEDIATE_DATA), NFTA_DATA_VERDICT);
        value = netlink_nested(value, NFTA_VERDICT_CHAIN);
        rule->jumps = value == NULL ? rule->jumps : mnl_attr_get_str(value);
    }
}

static bool
read_rule(const struct nlmsghdr *header, struct rule *rule)
{
    size_t offset = sizeof(struct nfgenmsg);
    const struct nlattr *chain = netlink_attribute(header, offset, NFTA_RULE_CHAIN);
    const struct nlattr *list = netlink_attribute(header, offset, NFTA_RULE_EXPRESSIONS);
    const struct nlattr *expression = NULL;

    if (chain == NULL || list == NULL) {
        return false;
    }
    *rule = (struct rule){.chain = mnl_attr_get_str(chain)};
    while ((expression = netlink_next(list, expression)) != NULL) {
        read_expression(expression, rule);
    }
    return true;
}

/* The filters of two passes over the rules: first the jumps, and then what they jump to. */
struct listing {
    struct filter *filters;
    size_t count; /* those that do not fit are counted as well */
    bool again;
};

static void
note_jump(struct listing *listing, const struct rule *rule)
{
    struct filter filter = {.name = ""};
    char chain[CHAIN_SIZE];

    if (rule->jumps == NULL || rule->value == NULL || rule->size > sizeof filter.name) {
        return;
    }
    memcpy(filter.name, rule->value, rule->size);
    filter.name[sizeof filter.name - 1] = '\0';
    snprintf(chain, sizeof chain, CHAIN "%s", filter.name);
    if (strcmp(rule->jumps, chain) == 0 && listing->count++ < FILTER_MOST) {
        listing->filters[listing->count - 1] = filter;
    }
}

static void
note_mac(struct listing *listing, const struct rule *rule)
{
    for (size_t i = 0; i < listing->count && i < FILTER_MOST; i++) {
        struct filter *filter = &listing->filters[i];

        if (strcmp(rule->chain + strlen(CHAIN), filter->name) == 0 &&
            rule->size == sizeof filter->mac) {
            memcpy(filter->mac, rule->value, sizeof filter->mac);
        }
    }
}

static int
read_message(const struct nlmsghdr *header, void *context)
{
    struct listing *listing = context;
    struct rule rule;

    if (!read_rule(header, &rule)) {
        return MNL_CB_OK;
    }
    if (!listing->again && strcmp(rule.chain, ROOT) == 0) {
        note_jump(listing, &rule);
    } else if (listing->again && strncmp(rule.chain, CHAIN, strlen(CHAIN)) == 0) {
        note_mac(listing, &rule);
    }
    return MNL_CB_OK;
}

/* An errno. */
static int
pass_over_rules(struct listing *listing)
{
    char buffer[MESSAGE];
    struct nlmsghdr *header = netlink_put_netfilter(
        buffer, NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETRULE, NLM_F_DUMP, NFPROTO_BRIDGE, 0);

    mnl_attr_put_strz(header, NFTA_RULE_TABLE, TABLE);
    return netlink_ask(NETLINK_NETFILTER, header, header->nlmsg_len, read_message, listing);
}

bool
ebtables_list(struct filter filters[FILTER_MOST], size_t *count, struct diagnostic *diagnostic)
{
    struct listing listing = {filters, 0, false};
    int error = pass_over_rules(&listing);

    listing.again = true;
    error = error == 0 && listing.count > 0 ? pass_over_rules(&listing) : error;
    error = error == 0 && listing.count > FILTER_MOST ? E2BIG : error;
    *count = listing.count;
    return error == 0 ||
           diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0,
                    "cannot list the packet filters of ebtables: %s", strerror(error));
}

bool
ebtables_clear(struct diagnostic *diagnostic)
{
    char batch[MESSAGE] = "";
    size_t used =
        netlink_put_netfilter(batch, NFNL_MSG_BATCH_BEGIN, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES)
            ->nlmsg_len;
    struct nlmsghdr *header = netlink_put_netfilter(
        batch + used, NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_DELTABLE, NLM_F_ACK, NFPROTO_BRIDGE, 0);
    int error;

    mnl_attr_put_strz(header, NFTA_TABLE_NAME, TABLE);
    used += header->nlmsg_len;
    used +=
        netlink_put_netfilter(batch + used, NFNL_MSG_BATCH_END, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES)
            ->nlmsg_len;
    error = netlink_ask(NETLINK_NETFILTER, (struct nlmsghdr *)batch, used, NULL, NULL);
    return error == 0 || error == ENOENT ||
           diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0,
                    "cannot remove the packet filters of ebtables: %s", strerror(error));
}
