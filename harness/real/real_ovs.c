/* The machines' operations on a private Open vSwitch: see real_ovs.h. */
#include "harness/real/real_ovs.h"

#include "harness/real/ovs_call.h"
#include "harness/real/ovs_outage.h"
#include "harness/real/ovs_rows.h"
#include "harness/real/real_qos.h"
#include "harness/real/real_terms.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { SETTING = 64, MAX_WORDS = 24, START_TEXT = 16 };

/* Notes the UUID of the row of that name, as the start for this nic learns it. */
static bool
learn_uuid(struct real *real, unsigned nic, const char *name, uint8_t *token)
{
    struct ovs_rows rows;

    if (!ovs_rows(real->ovs, &rows)) {
        return false;
    }
    *token = (uint8_t)(nic + 1);
    for (size_t i = 0; i < rows.count; i++) {
        if (strcmp(rows.row[i].name, name) == 0) {
            snprintf(real->uuid[nic], sizeof real->uuid[nic], "%s", rows.row[i].uuid);
            for (unsigned other = 0; other < world_nics(real->world); other++) {
                if (other != nic && strcmp(real->uuid[other], rows.row[i].uuid) == 0) {
                    *token = (uint8_t)(other + 1); /* adopted: the row is another start's */
                }
            }
        }
    }
    return true;
}

/* A command line of ovs-vsctl, word by word, and then NULL. */
struct words {
    const char *word[MAX_WORDS + 1];
    unsigned words;
};

static void
add_words(struct words *line, const char *const *words)
{
    for (; *words != NULL; words++) {
        assert(line->words < MAX_WORDS);
        line->word[line->words++] = *words;
    }
}

#define ADD_WORDS(line, ...) add_words(line, (const char *const[]){__VA_ARGS__, NULL})

/* Which start of the VM's has written a row: its number, with the guest's where that is another
 * life of the VM. */
static const char *
start_text(const struct real *real, unsigned nic, struct operation op, char text[START_TEXT])
{
    const unsigned guest = world_guest(real->world, nic);

    snprintf(text, START_TEXT, world_vm(real->world, guest) == guest ? "%u" : "%u.%u",
             op.start_number, guest);
    return text;
}

/* add-port as facts 1f has it, with the nic's name for vm-id and iface-id, and its start if that
 * is what its stop will ask for. */
static struct child *
call_add_port(struct real *real, unsigned nic, const char *name, struct operation op)
{
    const char *to = real_bridge_name(real, op.bridge);
    char owner[SETTING], iface[SETTING], start[SETTING], tag[SETTING] = "tag=[]",
                                                         own[REAL_NIC_SIZE], says[START_TEXT];
    struct words line = {0};

    real_nic_name(real, nic, own);
    snprintf(owner, sizeof owner, "external-ids:owner=%s", own);
    snprintf(iface, sizeof iface, "external-ids:iface-id=%s", own);
    if (op.vlan != VLAN_NONE) {
        snprintf(tag, sizeof tag, "tag=%d", real_tag(op.vlan));
    }
    if (op.add == OVS_ADD_DEL_ADD) {
        ADD_WORDS(&line, "--", "--if-exists", "del-port", name);
    }
    ADD_WORDS(&line, "--");
    if (op.add == OVS_ADD_MAY_EXIST || op.add == OVS_ADD_MAY_EXIST_SET ||
        op.add == OVS_ADD_MAY_EXIST_TAG) {
        ADD_WORDS(&line, "--may-exist");
    }
    ADD_WORDS(&line, "add-port", to, name);
    if (op.vlan != VLAN_NONE && op.add != OVS_ADD_MAY_EXIST_SET) {
        ADD_WORDS(&line, tag);
    }
    if (op.add == OVS_ADD_MAY_EXIST_TAG ||
        (op.add == OVS_ADD_MAY_EXIST_SET && op.vlan != VLAN_NONE)) {
        ADD_WORDS(&line, "--", "set", "Port", name, tag);
    }
    ADD_WORDS(&line, "--", "set", "Interface", name, owner, iface);
    if (op.says_start) {
        snprintf(start, sizeof start, "external-ids:start=%s", start_text(real, nic, op, says));
        ADD_WORDS(&line, start);
    }
    return ovs_call(real->ovs, line.word);
}

bool
real_add_row(struct real *real, unsigned nic, const char *name, uint8_t bridge)
{
    char own[REAL_NIC_SIZE];
    uint8_t token;

    return ovs_insert_port(real->ovs, real_bridge_name(real, bridge), name,
                           real_tag(real->world->nic[nic].vlan), real_nic_name(real, nic, own)) &&
           learn_uuid(real, nic, name, &token);
}

/* The tag that the agent gives to the port of that iface-id; 0: none. */
static int
find_tag(const struct real *real, const char *iface)
{
    uint8_t nic = real_find_nic(real, iface);

    return nic == 0 ? 0 : real_tag(real->world->nic[nic - 1].vlan);
}

bool
real_set_tags(struct real *real)
{
    size_t behind = 0;
    struct ovs_rows rows;

    if (!ovs_rows(real->ovs, &rows)) {
        return false;
    }
    for (size_t i = 0; i < rows.count; i++) {
        int tag = find_tag(real, rows.row[i].iface);

        if (tag != 0 && tag != rows.row[i].tag) {
            rows.row[behind] = rows.row[i];
            rows.row[behind++].tag = tag;
        }
    }
    rows.count = behind;
    return ovs_set_tags(real->ovs, &rows);
}

bool
real_clear_rows(struct real *real)
{
    size_t left = 0;
    struct ovs_rows rows;

    if ((real->ovs->away && !ovs_start_server_again(real->ovs)) || !ovs_rows(real->ovs, &rows)) {
        return false;
    }
    for (size_t i = 0; i < rows.count; i++) {
        if (strncmp(rows.row[i].name, "probe", 5) != 0) {
            rows.row[left++] = rows.row[i];
        }
    }
    rows.count = left;
    if (!ovs_remove_ports(real->ovs, &rows)) {
        return false;
    }
    for (unsigned guest = 0; guest < MAX_GUESTS; guest++) {
        if (real->call[guest] != NULL) {
            ovs_call_reconnects(real->ovs, real->call[guest]);
            ovs_reap(real->ovs, real->call[guest]);
            real->call[guest] = NULL;
        }
    }
    return true;
}

bool
real_delete_rows(struct real *real, const char *const *command, int *error)
{
    struct words line = {0};
    bool ended;
    int status;
    struct child *call;

    ADD_WORDS(&line, "--no-wait", "--");
    add_words(&line, command);
    call = ovs_call(real->ovs, line.word);
    if (call == NULL || !ovs_committed(real->ovs, call, &ended, &status)) {
        return false;
    }
    *error = status == 0 ? 0 : ENODEV; /* its only failure here */
    return ended ||
           diagnose(real->diagnostic, EXIT_DIVERGED, NULL, 0, 0, "ovs-vsctl --no-wait waits");
}

/* By the row's UUID, or by name: from that bridge alone if it is said. */
static struct child *
call_delete(struct real *real, unsigned nic, struct operation op, const char *name)
{
    char wait[SETTING];
    struct words line = {0};

    assert(op.kind == OP_DEL_PORT || op.kind == OP_REMOVE_PORT); /* no other one deletes a port */
    ADD_WORDS(&line, "--", "--if-exists");
    if (op.kind == OP_REMOVE_PORT) {
        ADD_WORDS(&line, "remove", "Bridge", real_bridge_name(real, real->world->nic[nic].bridge),
                  "ports", real->uuid[nic]);
        return ovs_call(real->ovs, line.word);
    }
    ADD_WORDS(&line, "del-port");
    if (op.bridge != 0) {
        ADD_WORDS(&line, real_bridge_name(real, op.bridge));
    }
    ADD_WORDS(&line, name);
    if (op.always_waits) { /* it waits only for a change: so there is one in any case */
        snprintf(wait, sizeof wait, "external-ids:waits=%u", ++real->waits);
        ADD_WORDS(&line, "--", "set", "Open_vSwitch", ".", wait);
    }
    return ovs_call(real->ovs, line.word);
}

bool
real_remove_own(struct real *real, unsigned nic, struct operation op, const char *name,
                bool *changed)
{
    char own[REAL_NIC_SIZE], start[START_TEXT];

    start_text(real, nic, op, start);
    return ovs_remove_port_of(real->ovs, real_bridge_name(real, op.bridge), name,
                              real_nic_name(real, nic, own), op.says_start ? start : NULL, changed);
}

struct child *
real_call_ovs(struct real *real, unsigned nic, struct operation op, const char *name)
{
    return !operation_is_of_ports((enum op_kind)op.kind) ? real_call_qos(real, nic, op, name)
           : op.kind == OP_ADD_PORT                      ? call_add_port(real, nic, name, op)
                                                         : call_delete(real, nic, op, name);
}

/* By what it has said: the name is there already, or on another bridge, or there is no such bridge
 * any more. */
int
real_ovs_failure(struct operation op)
{
    char words[OVS_LINE_SIZE];

    ovs_last_words("ovs-vsctl", words);
    if (strstr(words, "database connection failed") != NULL) {
        return ECONNREFUSED;
    }
    if (op.kind == OP_SET_QOS) {
        return ENODEV; /* no row "vnet0" in table Port */
    }
    if (op.kind != OP_ADD_PORT) {
        return EINVAL;
    }
    return strstr(words, "no bridge named") != NULL ? ENODEV : EEXIST;
}

bool
real_commit(struct real *real, unsigned nic, struct operation op, const char *name)
{
    struct outcome *outcome = &real->outcome;
    bool ended = false, changed;
    int status = 0;
    struct child *call;

    if (op.kind == OP_REMOVE_OWN) {
        if (real->ovs->away) {
            outcome->error = ECONNREFUSED;
            return true;
        }
        if (!real_remove_own(real, nic, op, name, &changed)) {
            return false;
        }
        outcome->waits = changed ? WAIT_VSWITCHD : WAIT_NONE;
        return true;
    }
    call = real_call_ovs(real, nic, op, name);
    if (call == NULL || !ovs_committed(real->ovs, call, &ended, &status)) {
        return false;
    }
    if (ended) {
        outcome->error = status == 0 ? 0 : real_ovs_failure(op);
    } else {
        real->call[world_guest(real->world, nic)] = call;
        outcome->waits = WAIT_VSWITCHD;
    }
    return op.kind != OP_ADD_PORT || outcome->error != 0 ||
           learn_uuid(real, nic, name, &outcome->value);
}

void
real_answer_calls(struct real *real)
{
    for (unsigned guest = 0; guest < real->world->guests; guest++) {
        int error = 0;

        if (!control_waits_for_vswitchd(&real->control, guest)) {
            continue;
        }
        /* Without an ovs-vsctl the client is ours, which has waited for that run. */
        if (real->call[guest] != NULL) {
            error = ovs_call_reconnects(real->ovs, real->call[guest]) &&
                            ovs_reap(real->ovs, real->call[guest]) == 0
                        ? 0
                        : EIO;
        }
        real->call[guest] = NULL;
        control_answer(real->world, &real->control, guest, error);
    }
}
