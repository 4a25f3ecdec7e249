/* Policies: the table of choices and the table of named combinations.  See policy.h. */
#include "core/policy.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

static const char *const name_values[] = {"kernel", "lowest-free", "counter", "quarantine"};
static const char *const release_values[] = {"device-death", "clean-up-end"};
static const char *const check_values[] = {"no", "yes"};
static const char *const taken_values[] = {"fail", "retry"};
static const char *const template_values[] = {"replace", "kernel", "honour"};
static const char *const guard_values[] = {
    "none", "mac", "quiet-mac", "exists", "incarnation", "port-uuid", "bridge", "port-owner",
};
static const char *const lock_values[] = {"none", "create"};
static const char *const add_values[] = {"plain", "del-add", "may-exist", "may-exist-tag",
                                         "del-wait-add"};
static const char *const vlan_values[] = {"add", "agent", "parked"};
static const char *const attach_values[] = {"add", "reattach"};
static const char *const clean_values[] = {"by-name", "created", "created-link"};
static const char *const order_values[] = {"kill-first", "port-first"};
static const char *const xml_values[] = {"direct", "keep", "drop", "all"};
static const char *const pool_values[] = {"one", "kind"};
static const char *const delete_values[] = {"ethernet", "never", "required", "all", "restore"};
static const char *const unplug_values[] = {"keep", "delete"};
static const char *const explicit_values[] = {"open", "refuse"};
static const char *const gone_values[] = {"go-on", "give-up"};
static const char *const key_values[] = {"name", "name-mac", "binding"};
static const char *const family_values[] = {"shared", "own"};
static const char *const again_values[] = {"reconnect", "first"};

#define CHOICE(name, field, values, text)                                                     \
    {                                                                                         \
        name, values, sizeof(values) / sizeof *(values), offsetof(struct policy, field), text \
    }

static const struct policy_choice choices[] = {
    CHOICE("name", name, name_values, "who chooses the name of a tap"),
    {"hold", NULL, POLICY_HOLD_MAX + 1, offsetof(struct policy, hold),
     "quarantine: seconds for which a released name is held back"},
    CHOICE("release", release, release_values, "when a reserved name is released"),
    CHOICE("name-check", name_check, check_values, "pass over a chosen name that exists"),
    CHOICE("on-taken", on_taken, taken_values, "when a chosen name is taken at creation"),
    CHOICE("user-template", user_template, template_values, "what becomes of a user's mytap%d"),
    CHOICE("port-guard", port_guard, guard_values, "what a stop checks before it deletes its port"),
    CHOICE("guard-lock", guard_lock, lock_values, "what check + delete is mutually exclusive with"),
    CHOICE("ovs-add", ovs_add, add_values, "how ovs-vsctl adds a port whose name may have a row"),
    CHOICE("vlan-by", vlan_by, vlan_values, "how a port gets the tag of its guest's VLAN"),
    CHOICE("attach", attach, attach_values, "attach at once, or leave a wrong bridge first"),
    CHOICE("clean-up", clean_up, clean_values, "what the clean-up of a failed start acts upon"),
    CHOICE("stop-order", stop_order, order_values, "kill QEMU first, or delete its port first"),
    CHOICE("xml-names", xml_names, xml_values, "which names of devices a definition loses"),
    CHOICE("name-pool", name_pool, pool_values, "what a counter is for: all kinds, or each kind"),
    CHOICE("tap-delete", tap_delete, delete_values, "which taps a stop opens in order to delete"),
    CHOICE("unplug", unplug, unplug_values, "whether hot-unplug deletes taps as a stop does"),
    CHOICE("explicit-name", explicit_name, explicit_values,
           "what a start does if the user's name exists"),
    CHOICE("on-gone", on_gone, gone_values, "what a stop does if kill finds no process"),
    CHOICE("filter-key", filter_key, key_values, "what a packet filter is filed under"),
    CHOICE("name-family", name_family, family_values, "whether guests draw from one set of names"),
    CHOICE("reserve-again", reserve_again, again_values, "who reserves names after a restart"),
};

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
         .ovs_add = OVS_ADD_MAY_EXIST,
         .explicit_name = EXPLICIT_NAME_REFUSE,
         .name = NAME_COUNTER,
         .name_check = NAME_CHECK_YES,
         .on_taken = ON_TAKEN_FAIL,
         .user_template = USER_TEMPLATE_HONOUR,
         .xml_names = XML_NAMES_ALL,
         .name_pool = NAME_POOL_KIND,
     }},
    {"libvirt-11.3",
     "the newest that facts 2 describes",
     {
         .ovs_add = OVS_ADD_MAY_EXIST,
         .explicit_name = EXPLICIT_NAME_REFUSE,
         .name = NAME_COUNTER,
         .name_check = NAME_CHECK_YES,
         .on_taken = ON_TAKEN_FAIL,
         .user_template = USER_TEMPLATE_HONOUR,
         .clean_up = CLEAN_UP_CREATED_LINK,
         .xml_names = XML_NAMES_ALL,
         .name_pool = NAME_POOL_KIND,
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
    const struct policy_named *entry;

    for (unsigned i = 0; (entry = policy_named(i)) != NULL; i++) {
        if (strcmp(entry->name, name) == 0) {
            break;
        }
    }
    return entry;
}

const struct policy_choice *
policy_find_choice(const char *name)
{
    const struct policy_choice *choice;

    for (unsigned i = 0; (choice = policy_choice(i)) != NULL; i++) {
        if (strcmp(choice->name, name) == 0) {
            break;
        }
    }
    return choice;
}

int
policy_find_value(const struct policy_choice *choice, const char *text)
{
    if (choice->values == NULL) {
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
    return ((const uint8_t *)policy)[choice->offset];
}

void
policy_set(struct policy *policy, const struct policy_choice *choice, uint8_t value)
{
    assert(value < choice->count);
    ((uint8_t *)policy)[choice->offset] = value;
}
