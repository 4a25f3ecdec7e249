/* Policies: the table of choices and the table of named combinations.  See policy.h. */
#include "core/policy.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

/* The names and the meanings of a choice's values, from its list in policy.h. */
#define NAME(id, name, text) [id] = (name),
#define TEXT(id, name, text) [id] = (text),
#define VALUES(field, list, name, text)                       \
    static const char *const field##_values[] = {list(NAME)}; \
    static const char *const field##_texts[] = {list(TEXT)};

/* The rows of the table. */
#define CHOICE(field, list, name, text) \
    {name, field##_values, field##_texts, POLICY_COUNT(list), offsetof(struct policy, field), text},
#define NUMBER_CHOICE(field, largest, name, text) \
    {name, NULL, NULL, (largest) + 1, offsetof(struct policy, field), text},

/* Each choice: its field of struct policy, the list of its values or, of a number, the largest, its
 * name, and what it decides. */
#define CHOICES(X, NUMBER)                                                                     \
    X(name, NAME_STRATEGIES, "name", "who chooses the name of a tap")                          \
    NUMBER(hold, POLICY_HOLD_MAX, "hold",                                                      \
           "quarantine: seconds for which a released name is held back")                       \
    X(release, NAME_RELEASES, "release", "when a reserved name is released")                   \
    X(name_check, NAME_CHECKS, "name-check", "pass over a chosen name that exists")            \
    X(on_taken, ON_TAKEN_ACTIONS, "on-taken", "when a chosen name is taken at creation")       \
    X(user_template, USER_TEMPLATES, "user-template", "what becomes of a user's mytap%d")      \
    X(port_guard, PORT_GUARDS, "port-guard", "what a stop checks before it deletes its port")  \
    X(guard_lock, GUARD_LOCKS, "guard-lock", "what check + delete is mutually exclusive with") \
    X(ovs_add, OVS_ADDS, "ovs-add", "how ovs-vsctl adds a port whose name may have a row")     \
    X(vlan_by, VLAN_BYS, "vlan-by", "how a port gets the tag of its guest's VLAN")             \
    X(attach, ATTACHES, "attach", "attach at once, or leave a wrong bridge first")             \
    X(clean_up, CLEAN_UPS, "clean-up", "what the clean-up of a failed start acts upon")        \
    X(stop_order, STOP_ORDERS, "stop-order", "kill QEMU first, or delete its port first")      \
    X(xml_names, XML_NAMES, "xml-names", "which names of devices a definition loses")          \
    X(name_pool, NAME_POOLS, "name-pool", "what a counter is for: all kinds, or each kind")    \
    X(tap_delete, TAP_DELETES, "tap-delete", "which taps a stop opens in order to delete")     \
    X(unplug, UNPLUGS, "unplug", "whether hot-unplug deletes taps as a stop does")             \
    X(explicit_name, EXPLICIT_NAMES, "explicit-name",                                          \
      "what a start does if the user's name exists")                                           \
    X(on_gone, ON_GONE_ACTIONS, "on-gone", "what a stop does if kill finds no process")        \
    X(filter_key, FILTER_KEYS, "filter-key", "what a packet filter is filed under")            \
    X(name_family, NAME_FAMILIES, "name-family", "whether guests draw from one set of names")  \
    X(reserve_again, RESERVE_AGAINS, "reserve-again", "who reserves names after a restart")    \
    X(stop_status, STOP_STATUSES, "stop-status",                                               \
      "what a stop that its daemon does not end leaves")                                       \
    X(link_delete, LINK_DELETES, "link-delete", "how a macvtap or a veth is deleted")          \
    X(kill_fails, KILL_FAILURES, "kill-fails", "what a stop does if SIGKILL ends no QEMU")     \
    X(root_qdisc, ROOT_QDISCS, "root-qdisc", "which devices get a default qdisc by name")      \
    X(limit_by, LIMIT_BYS, "limit-by", "what limits the bandwidth of an Open vSwitch port")    \
    X(start_unfilters, START_UNFILTERS, "start-unfilters",                                     \
      "when a start that fails removes packet filters itself")

#define NO_VALUES(field, largest, name, text)
CHOICES(VALUES, NO_VALUES)

static const struct policy_choice choices[] = {CHOICES(CHOICE, NUMBER_CHOICE)};

_Static_assert(sizeof choices / sizeof *choices == sizeof(struct policy), "a row for every choice");
_Static_assert(sizeof(struct policy) <= UINT8_MAX, "a byte for the offset of a choice");
_Static_assert(POLICY_HOLD_MAX < 10, "a hold is written as one digit");

/* Each entry spells out where it departs from libvirt 6.6, whose choices are all 0 but ovs_add. */
static const struct policy_named named[] = {
    {"libvirt-6.6",
     "before any fix: kernel names, del-port by name (facts 1a, 1b)",
     {.ovs_add = OVS_ADD_DEL_ADD}},
    {"mac-check",
     "mail 000, the patch: del-port only if the device is gone or has our MAC",
     {.ovs_add = OVS_ADD_DEL_ADD, .port_guard = PORT_GUARD_MAC}},
    {"exists-check",
     "mail 000, option B: del-port only if no device has the name",
     {.ovs_add = OVS_ADD_DEL_ADD, .port_guard = PORT_GUARD_EXISTS}},
    {"reattach",
     "mail 000, option A: leave the bridge the new tap is on, then attach",
     {.ovs_add = OVS_ADD_DEL_ADD, .attach = ATTACH_REATTACH}},
    {"exists-reattach",
     "mail 000, options A and B",
     {.ovs_add = OVS_ADD_DEL_ADD, .port_guard = PORT_GUARD_EXISTS, .attach = ATTACH_REATTACH}},
    {"atomic",
     "mail 000, option C: existence check + del-port exclude the creation of a tap",
     {.ovs_add = OVS_ADD_DEL_ADD,
      .port_guard = PORT_GUARD_EXISTS,
      .guard_lock = GUARD_LOCK_CREATE}},
    {"counter",
     "mail 001: the daemon counts names upwards, and takes the next if one exists",
     {.ovs_add = OVS_ADD_DEL_ADD,
      .name = NAME_COUNTER,
      .name_check = NAME_CHECK_YES,
      .on_taken = ON_TAKEN_RETRY,
      .user_template = USER_TEMPLATE_HONOUR}},
    {"lowest-free",
     "mail 001: the daemon's lowest free name, released when its device has died",
     {.ovs_add = OVS_ADD_DEL_ADD,
      .name = NAME_LOWEST_FREE,
      .release = RELEASE_DEVICE_DEATH,
      .on_taken = ON_TAKEN_RETRY,
      .user_template = USER_TEMPLATE_HONOUR}},
    {"lowest-free-after-cleanup",
     "the same, released when clean-up has ended",
     {.ovs_add = OVS_ADD_DEL_ADD,
      .name = NAME_LOWEST_FREE,
      .release = RELEASE_CLEAN_UP_END,
      .on_taken = ON_TAKEN_RETRY,
      .user_template = USER_TEMPLATE_HONOUR}},
    {"fin-wait",
     "mail 001: a name is held back for 3 s after its device has died",
     {.ovs_add = OVS_ADD_DEL_ADD,
      .name = NAME_QUARANTINE,
      .hold = 3,
      .on_taken = ON_TAKEN_RETRY,
      .user_template = USER_TEMPLATE_HONOUR}},
    {"owner-delete",
     "facts 3: compare-and-delete of the port row by its UUID",
     {.ovs_add = OVS_ADD_DEL_ADD, .port_guard = PORT_GUARD_PORT_UUID}},
    {"port-first",
     "delete the port before QEMU is killed, as the reverse of the start",
     {.ovs_add = OVS_ADD_DEL_ADD, .stop_order = STOP_ORDER_PORT_FIRST}},
    {"per-guest-names",
     "each guest has names that are its own, and whatever is undone is compared first (facts 3)",
     {
         .name = NAME_LOWEST_FREE,
         .name_family = NAME_FAMILY_OWN,
         .release = RELEASE_CLEAN_UP_END,
         .on_taken = ON_TAKEN_RETRY,
         .user_template = USER_TEMPLATE_HONOUR,
         .port_guard = PORT_GUARD_PORT_OWNER,
         .ovs_add = OVS_ADD_DEL_WAIT_ADD,
         .clean_up = CLEAN_UP_CREATED,
         .filter_key = FILTER_KEY_NAME_MAC,
         .tap_delete = TAP_DELETE_RESTORE,
         .unplug = UNPLUG_DELETE,
         .reserve_again = RESERVE_AGAIN_FIRST,
     }},
    /* What was released.  A choice that came with a version is set in its row and in all later
     * ones; docs/policies.md says what each is made of, and why. */
    {"libvirt-7.0",
     "as released: the daemon counts names upwards, looks one up, and does not try again (facts 2)",
     {
         .stop_status = STOP_STATUS_SPOILT,
         .root_qdisc = ROOT_QDISC_ALL,
         .ovs_add = OVS_ADD_DEL_ADD,
         .name = NAME_COUNTER,
         .name_check = NAME_CHECK_YES,
         .on_taken = ON_TAKEN_FAIL,
         .user_template = USER_TEMPLATE_HONOUR,
         .xml_names = XML_NAMES_ALL,
         .name_pool = NAME_POOL_KIND,
     }},
    {"libvirt-9.0",
     "the same, and add-port adopts a row that is on the bridge already (facts 1f, 2)",
     {
         .stop_status = STOP_STATUS_SPOILT,
         .start_unfilters = START_UNFILTERS_LAST,
         .limit_by = LIMIT_BY_QOS_LEFT,
         .root_qdisc = ROOT_QDISC_NOT_OVS,
         .ovs_add = OVS_ADD_MAY_EXIST,
         .explicit_name = EXPLICIT_NAME_REFUSE,
         .name = NAME_COUNTER,
         .name_check = NAME_CHECK_YES,
         .on_taken = ON_TAKEN_FAIL,
         .user_template = USER_TEMPLATE_HONOUR,
         .xml_names = XML_NAMES_ALL,
         .name_pool = NAME_POOL_KIND,
     }},
    {"libvirt-10.3",
     "the same, but it sets a guest's tag on an adopted row, and spares macvtaps (facts 2)",
     {
         .start_unfilters = START_UNFILTERS_LAST,
         .limit_by = LIMIT_BY_QOS,
         .root_qdisc = ROOT_QDISC_NOT_OVS,
         .ovs_add = OVS_ADD_MAY_EXIST_SET,
         .explicit_name = EXPLICIT_NAME_REFUSE,
         .name = NAME_COUNTER,
         .name_check = NAME_CHECK_YES,
         .on_taken = ON_TAKEN_FAIL,
         .user_template = USER_TEMPLATE_HONOUR,
         .clean_up = CLEAN_UP_CREATED_LINK,
         .xml_names = XML_NAMES_ALL,
         .name_pool = NAME_POOL_KIND,
         .kill_fails = KILL_FAILS_FAIL,
     }},
    {"libvirt-11.3",
     "the newest that facts 2 describes",
     {
         .start_unfilters = START_UNFILTERS_LAST,
         .limit_by = LIMIT_BY_QOS,
         .root_qdisc = ROOT_QDISC_NOT_OVS,
         .ovs_add = OVS_ADD_MAY_EXIST_SET,
         .explicit_name = EXPLICIT_NAME_REFUSE,
         .name = NAME_COUNTER,
         .name_check = NAME_CHECK_YES,
         .on_taken = ON_TAKEN_FAIL,
         .user_template = USER_TEMPLATE_HONOUR,
         .clean_up = CLEAN_UP_CREATED_LINK,
         .xml_names = XML_NAMES_ALL,
         .name_pool = NAME_POOL_KIND,
         .kill_fails = KILL_FAILS_FAIL,
     }},
};

_Static_assert(sizeof named / sizeof *named <= POLICY_MAX_NAMED, "room for every named policy");

const struct policy_choice *
policy_choice(unsigned index)
{
    return index < sizeof choices / sizeof *choices ? &choices[index] : NULL;
}

const struct policy_named *
policy_named(unsigned index)
{
    return index < sizeof named / sizeof *named ? &named[index] : NULL;
}

const struct policy_named *
policy_find(const char *name)
{
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        if (strcmp(named[i].name, name) == 0) {
            return &named[i];
        }
    }
    return NULL;
}

const struct policy_choice *
policy_find_choice(const char *name)
{
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
        if (strcmp(choices[i].name, name) == 0) {
            return &choices[i];
        }
    }
    return NULL;
}

int
policy_find_value(const struct policy_choice *choice, const char *text)
{
    if (choice->values == NULL) {
        assert(choice->count <= 10 && choice->texts == NULL);
        return text[0] >= '0' && text[0] - '0' < choice->count && text[1] == '\0' ? text[0] - '0'
                                                                                  : -1;
    }
    for (int value = 0; value < choice->count; value++) {
        if (strcmp(choice->values[value], text) == 0) {
            return value;
        }
    }
    return -1;
}

uint8_t
policy_get(const struct policy *policy, const struct policy_choice *choice)
{
    uint8_t value = ((const uint8_t *)policy)[choice->offset];

    assert(value < choice->count); /* policies are initialized by field, too: see named[] */
    return value;
}

void
policy_set(struct policy *policy, const struct policy_choice *choice, uint8_t value)
{
    assert(value < choice->count);
    ((uint8_t *)policy)[choice->offset] = value;
}
