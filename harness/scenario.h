/* A scenario file, read: a network, guests, who acts, and what its report claims
 * (docs/scenarios.md).
 *
 * It keeps names as text.  Ids of names depend on the policy, which decides how many names a run
 * can use: harness/build.h makes a simulated world of a scenario and a policy. */
#ifndef TAPWEAVE_HARNESS_SCENARIO_H
#define TAPWEAVE_HARNESS_SCENARIO_H

#include "core/ifname.h"
#include "harness/diagnostic.h"
#include "harness/document.h"
#include "harness/renamed.h"
#include "sim/oracle.h"
#include "sim/state.h"

enum {
    SCENARIO_MAX_WORD = 24,     /* bytes of a guest's or bridge's name, its NUL among them */
    SCENARIO_MAX_POLICIES = 24, /* policies with claims, in one scenario */
    SCENARIO_MAX_CLAIMS = 128,
    SCENARIO_MAX_DEVICES = 8,
    SCENARIO_MAX_ROWS = 8,
    SCENARIO_MAX_LIMIT = 24, /* numbers a counter has before it wraps, if that is said */
    SCENARIO_MAX_POLICY_TEXT = DOCUMENT_MAX_TEXT + 1 + RENAMED_LONGER,
};

struct scenario_place {
    size_t line, column;
};

struct scenario_bridge {
    char name[SCENARIO_MAX_WORD];
    enum bridge_kind kind;
    enum datapath datapath;
    bool wired; /* its ports are wired by their iface-ids */
};

/* A guest's nic.  The first nic of a guest has its guest's index. */
struct scenario_nic {
    struct nic is;             /* but for the ids of names, which depend on the policy */
    uint8_t guest;             /* index of the guest that has it */
    char device[IFNAME_SIZE];  /* a fixed name, or a template's prefix; "" without either */
    char carried[IFNAME_SIZE]; /* the name its definition has from elsewhere, or "" */
};

struct scenario_guest {
    char name[SCENARIO_MAX_WORD];
    uint8_t nics;   /* how many it has */
    uint8_t daemon; /* index of the daemon that has it */
    bool running, leaked, helper_closes, ignores_sigterm;
    uint8_t qemu_commands;
    uint8_t qemu_command[MAX_COMMANDS]; /* enum qemu_command */
    uint8_t commands;
    uint8_t command[MAX_COMMANDS]; /* enum command */
};

struct scenario_third_party {
    uint8_t commands;
    uint8_t command[MAX_COMMANDS];             /* enum third_party_command */
    char name[MAX_COMMANDS][IFNAME_SIZE];      /* of a device or a port; "" of a bridge */
    uint8_t bridge[MAX_COMMANDS];              /* 1 + index, of THIRD_PARTY_DELETE_BRIDGE */
    char to[MAX_COMMANDS][IFNAME_SIZE];        /* of THIRD_PARTY_RENAME: the new name */
    struct scenario_place place[MAX_COMMANDS]; /* where the name stands in the file */
};

struct scenario_device {
    char name[IFNAME_SIZE];
    enum device_kind kind;
    struct preset preset; /* of a tap that is an administrator's */
};

struct scenario_row {
    char name[IFNAME_SIZE];
    uint8_t bridge; /* 1 + index */
    uint8_t vlan;
};

enum claim_kind {
    CLAIM_NEVER,
    CLAIM_SOMETIMES,
    CLAIM_ALWAYS,
    CLAIM_RARER,      /* a smaller share of the interleavings than under another policy */
    CLAIM_MORE_OFTEN, /* a larger share */
    CLAIM_FEWER,      /* a smaller number of interleavings */
    CLAIM_MORE,       /* a larger number */
    CLAIM_KINDS,
};

/* How each kind is written; the comparing ones are followed by a policy. */
extern const char *const claim_words[CLAIM_KINDS];

/* One statement of the report, about one policy and one oracle. */
struct scenario_claim {
    uint8_t policy; /* index of the policy it is about */
    uint8_t oracle; /* enum oracle */
    uint8_t kind;   /* enum claim_kind */
    uint8_t than;   /* RARER and above: index of the policy compared with */
    size_t line;    /* where it stands in the file */
};

/* A policy that the scenario speaks of, and the text it is called by there. */
struct scenario_policy {
    char text[SCENARIO_MAX_POLICY_TEXT];
    struct policy policy;
};

struct scenario {
    const char *path; /* not owned */
    char sha256[65];
    const char *datapath; /* that its switches have instead of their own; NULL: they have those */
    char title[DOCUMENT_MAX_TEXT + 1];
    char report[DOCUMENT_MAX_TEXT + 1];
    unsigned bridges, guests, third_parties, devices, rows, policies, claims;
    unsigned nics; /* of all guests: their first ones, by the guests' indexes, then the others */
    struct scenario_place guests_at, limit_at, rows_at; /* where they stand in the file */
    enum platform platform;
    uint8_t limit;               /* numbers of the counter; 0: not said */
    uint8_t clean_up_seconds;    /* 0: no promise */
    uint8_t faults[FAULT_COUNT]; /* budgets, by enum fault */
    struct scenario_bridge bridge[MAX_BRIDGES];
    struct scenario_guest guest[MAX_GUESTS];
    struct scenario_nic nic[MAX_NICS];
    struct scenario_third_party third_party[MAX_THIRD_PARTIES];
    struct scenario_device device[SCENARIO_MAX_DEVICES];
    struct scenario_row row[SCENARIO_MAX_ROWS]; /* left behind in OVSDB */
    struct scenario_policy policy[SCENARIO_MAX_POLICIES];
    struct scenario_claim claim[SCENARIO_MAX_CLAIMS];
};

/* Reads and checks the file.  Every policy the scenario speaks of gives a world that can be built.
 * False with a diagnostic if anything is wrong; `scenario` is then not to be used. */
bool scenario_read(struct scenario *scenario, const char *path, struct diagnostic *diagnostic);

/* How the values of enum datapath are written. */
extern const char *const scenario_datapaths[2];

/* Gives all Open vSwitch bridges that datapath (one of scenario_datapaths), or leaves them as they
 * are if it is NULL. */
void scenario_use_datapath(struct scenario *scenario, const char *datapath);

/* The oracle that the scalar names, or -1 with a diagnostic.  A name that it had once is warned
 * about. */
int scenario_oracle(const struct document *document, yaml_node_t *node);

/* The parts of a nic that say what its device is and where it comes from; NULL: not said. */
struct scenario_kind {
    yaml_node_t *kind, *xml, *via, *bridge, *name, *mac;
    yaml_node_t *opening; /* queues, managed, or limit */
};

/* The rooms of the reader, for harness/scenario*.c alone: one for each part of the file. */
bool scenario_read_network(struct scenario *scenario, const struct document *document,
                           yaml_node_t *node);
bool scenario_read_guests(struct scenario *scenario, const struct document *document,
                          yaml_node_t *node);
/* What the nics' MACs are as text while they are read, to tell equal ones; "" of one to come. */
struct scenario_macs {
    char text[MAX_NICS][18];
};

bool scenario_read_nic(struct scenario *scenario, unsigned nic, const struct document *document,
                       yaml_node_t *node, struct scenario_macs *macs);
bool scenario_read_kind(struct scenario *scenario, unsigned nic, const struct document *document,
                        const struct scenario_kind *nodes);
bool scenario_read_devices(struct scenario *scenario, const struct document *document,
                           yaml_node_t *node);
bool scenario_read_rows(struct scenario *scenario, const struct document *document,
                        yaml_node_t *node);
bool scenario_read_actors(struct scenario *scenario, const struct document *document,
                          yaml_node_t *node);
/* What stands behind "rename ", two names apart, at `offset` in the node's text; and, once all
 * actors are known (their node), that every device that is renamed may be. */
bool scenario_read_rename(const struct scenario *scenario, const struct document *document,
                          yaml_node_t *node, size_t offset, const char *text,
                          char name[IFNAME_SIZE], char to[IFNAME_SIZE]);
bool scenario_check_renames(const struct scenario *scenario, const struct document *document,
                            yaml_node_t *node);
/* True if the text is a template's prefix with a number behind it. */
bool scenario_is_made_of(const char *text, const char *prefix);

/* The prefix of a guest's own family: BEGIN-GUEST-, or with the guest's number in place of a name
 * that leaves no room for two digits.  No guest's name begins with a digit. */
void scenario_own_prefix(const struct scenario *scenario, unsigned guest, const char *begin,
                         char prefix[IFNAME_SIZE]);

/* Checks the name of a device, at `offset` in the node's text: that the kernel, Open vSwitch and
 * the harness can have one of that name beside the bridges; the same of a template, by its prefix,
 * and of a bridge. */
bool scenario_check_name(const struct scenario *scenario, const struct document *document,
                         yaml_node_t *node, size_t offset, const char *text);
bool scenario_check_template(const struct scenario *scenario, const struct document *document,
                             yaml_node_t *node, const char *prefix);
bool scenario_check_bridge(const struct document *document, yaml_node_t *node, const char *text);
/* Once all actors are known: what other software deletes or renames has a name that something may
 * have. */
bool scenario_check_third_parties(const struct scenario *scenario, struct diagnostic *diagnostic);
/* The budgets; and, once the actors are known, that each of them can be spent. */
bool scenario_read_faults(struct scenario *scenario, const struct document *document,
                          yaml_node_t *node);
bool scenario_check_faults(const struct scenario *scenario, const struct document *document,
                           yaml_node_t *node);
bool scenario_read_platform(struct scenario *scenario, const struct document *document,
                            yaml_node_t *node); /* when all of the world is read */
bool scenario_read_claims(struct scenario *scenario, const struct document *document,
                          yaml_node_t *node);

/* True if one of its bridges, which have been read, is of kind ovs. */
bool scenario_has_ovs(const struct scenario *scenario);

/* A name that a scenario gives: 1 to SCENARIO_MAX_WORD - 1 letters, digits and dashes, a letter
 * first. */
bool scenario_read_word(const struct document *document, yaml_node_t *node, const char *what,
                        char word[SCENARIO_MAX_WORD]);

/* The index of the bridge that is named there; -1 with a diagnostic. */
int scenario_read_bridge(const struct scenario *scenario, const struct document *document,
                         yaml_node_t *node);

/* A VLAN, 1 to VLAN_MAX; -1 with a diagnostic. */
int scenario_read_vlan(const struct document *document, yaml_node_t *node);

#endif
