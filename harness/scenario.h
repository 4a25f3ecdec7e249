/* A scenario file, read: a network, guests, who acts, and what its report claims
 * (docs/scenarios.md).
 *
 * It keeps names as text.  Ids of names depend on the policy, which decides how many names a run
 * can use: harness/build.h makes a simulated world of a scenario and a policy. */
#ifndef TAPWEAVE_HARNESS_SCENARIO_H
#define TAPWEAVE_HARNESS_SCENARIO_H

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

struct scenario_bridge {
    char name[SCENARIO_MAX_WORD];
};

struct scenario_guest {
    char name[SCENARIO_MAX_WORD];
    char vm[SCENARIO_MAX_WORD]; /* the VM that it is a life of, or "" */
    uint8_t nics;               /* how many it has */
};

struct scenario_nic {
    char device[IFNAME_SIZE];  /* a fixed name, or a template's prefix; "" without either */
    char carried[IFNAME_SIZE]; /* the name its definition has from elsewhere, or "" */
    char mac[18];              /* its address, or a text of its own */
};

/* A command of other software. */
struct scenario_command {
    uint8_t third_party; /* whose it is: an index */
    enum third_party_command command;
    uint8_t bridge;         /* of THIRD_PARTY_DELETE_BRIDGE: 1 + index */
    char name[IFNAME_SIZE]; /* of a device or a port; "" of a bridge */
    char to[IFNAME_SIZE];   /* of THIRD_PARTY_RENAME: the new name; "" of any other */
    struct place place;     /* where the name stands in the file */
};

struct scenario_device {
    char name[IFNAME_SIZE];
    enum device_kind kind;
    struct preset preset; /* of a tap that is an administrator's */
};

struct scenario_row {
    char name[IFNAME_SIZE];
    struct leftover_row is;
};

enum claim_kind {
    CLAIM_NEVER,
    CLAIM_SOMETIMES,
    CLAIM_ALWAYS,
    CLAIM_POSSIBLE,     /* sometimes or always: of runs that are not counted, too */
    CLAIM_INCONCLUSIVE, /* of any number of guests: the search comes to its end, and decides not */
    CLAIM_RARER,        /* a smaller share of the interleavings than under another policy */
    CLAIM_MORE_OFTEN,   /* a larger share */
    CLAIM_FEWER,        /* a smaller number of interleavings */
    CLAIM_MORE,         /* a larger number */
    CLAIM_KINDS,
};

/* How each kind is written; the comparing ones are followed by a policy.  `claim_lasting` stands
 * before one that is about the interleavings that end so. */
extern const char *const claim_words[CLAIM_KINDS];
extern const char claim_lasting[];

/* One statement of the report, about one policy and one oracle. */
struct scenario_claim {
    uint8_t policy;      /* index of the policy it is about */
    uint8_t oracle;      /* enum oracle */
    uint8_t kind;        /* enum claim_kind */
    bool lasting;        /* of the interleavings that end so; of one of ORACLES_THAT_LAST */
    uint8_t than;        /* RARER and above: index of the policy compared with */
    size_t line, column; /* where it stands in the file */
};

/* A policy that the scenario speaks of, and the text it is called by there. */
struct scenario_policy {
    char text[SCENARIO_MAX_POLICY_TEXT];
    struct policy policy;
};

struct scenario {
    const char *path; /* not owned */
    char sha256[65];
    const char *datapath;   /* that its switches have instead of their own; NULL: they have those */
    bool datapath_is_other; /* it is not what the file says of some switch */
    char title[DOCUMENT_MAX_TEXT + 1];
    char report[DOCUMENT_MAX_TEXT + 1];
    struct world world; /* but for the policy, and all that has ids of names in it */
    unsigned commands, devices, rows, policies, claims;
    struct place guests_at, limit_at, rows_at, more_at; /* where they stand in the file */
    uint8_t limit;                                      /* numbers of the counter; 0: not said */
    bool more_guests; /* any number more that are like its guests */
    bool says_filter; /* a nic says whether it has a packet filter */
    struct scenario_bridge bridge[MAX_BRIDGES];
    struct scenario_guest guest[MAX_GUESTS];
    struct scenario_nic nic[MAX_NICS];
    struct scenario_command command[MAX_THIRD_PARTIES * MAX_COMMANDS]; /* in the file's order */
    struct scenario_device device[SCENARIO_MAX_DEVICES];
    struct scenario_row row[SCENARIO_MAX_ROWS]; /* left behind in OVSDB */
    struct scenario_policy policy[SCENARIO_MAX_POLICIES];
    struct scenario_policy daemon[MAX_DAEMONS]; /* of its own; the text is "" without one */
    struct scenario_claim claim[SCENARIO_MAX_CLAIMS];
};

/* Reads and checks the file.  Every policy the scenario speaks of gives a world that can be built.
 * False with a diagnostic if anything is wrong; `scenario` is then not to be used. */
bool scenario_read(struct scenario *scenario, const char *path, struct diagnostic *diagnostic);

/* How the values of enum datapath are written, a NULL behind them. */
extern const char *const scenario_datapaths[3];

/* Gives all Open vSwitch bridges that datapath (one of scenario_datapaths), or leaves them as they
 * are if it is NULL. */
void scenario_use_datapath(struct scenario *scenario, const char *datapath);

/* The oracle that the scalar names, or -1 with a diagnostic.  A name that it had once is warned
 * about. */
int scenario_oracle(struct part part);

/* True if it says which policies it is about; otherwise a diagnostic, for commands that try just
 * these. */
bool scenario_has_claims(const struct scenario *scenario, struct diagnostic *diagnostic);

/* The policy that its claims are about, if that is one, for commands that try one; it is the
 * scenario's.  NULL with a diagnostic, which names them, if they are about several, or there are
 * none. */
const struct scenario_policy *scenario_one_policy(const struct scenario *scenario,
                                                  struct diagnostic *diagnostic);

/* True if its rounds have a bound; otherwise a diagnostic, for commands that want runs to end. */
bool scenario_is_bounded(const struct scenario *scenario, const char *command,
                         struct diagnostic *diagnostic);

/* True if it is of its own guests alone; otherwise a diagnostic, for what (a command or an option)
 * says nothing of any number more. */
bool scenario_has_own_guests_alone(const struct scenario *scenario, const char *what,
                                   struct diagnostic *diagnostic);

/* Why rounds without a bound cannot be searched in the world, which is complete but for what
 * world_prepare does; NULL if they can, or have a bound. */
const char *scenario_refuse_rounds(const struct world *world);

/* The rooms of the reader, for harness/scenario*.c alone: one for each part of the file.  A part
 * that is not there is read as nothing. */
bool scenario_read_network(struct scenario *scenario, struct part part);
bool scenario_read_guests(struct scenario *scenario, struct part part);
bool scenario_read_daemons(struct scenario *scenario, struct part part);
bool scenario_read_devices(struct scenario *scenario, struct part part);
bool scenario_read_rows(struct scenario *scenario, struct part part);
bool scenario_read_actors(struct scenario *scenario, struct part part);
bool scenario_read_rounds(struct scenario *scenario, struct part part);
bool scenario_read_more_guests(struct scenario *scenario, struct part part);
bool scenario_read_faults(struct scenario *scenario, struct part part);
bool scenario_read_claims(struct scenario *scenario, struct part part);
bool scenario_read_nic(struct scenario *scenario, unsigned nic, struct part part);

/* Which VM a guest is a life of, once its nics and its daemon are read.  And, once all actors are
 * known, that no two lives of one VM ever run at once; `part` is the guests'. */
bool scenario_read_vm(struct scenario *scenario, unsigned guest, struct part part);
bool scenario_check_lives(const struct scenario *scenario, struct part part);

/* A claim about lost-filter, where the oracle is named.  False with a diagnostic if no nic has a
 * packet filter. */
bool scenario_claims_filters(struct scenario *scenario, struct part oracle);

/* What stands behind "rename ", two names apart, at `offset` in the part's text. */
bool scenario_read_rename(const struct scenario *scenario, struct part part, size_t offset,
                          const char *text, struct scenario_command *command);

/* "kill a": a step as traces name it, and whose it is.  1 + the index of the landmark that it is,
 * or 0 with a diagnostic. */
uint8_t scenario_read_landmark(struct scenario *scenario, struct part part);

/* Once all actors (`part`) are known: that what other software deletes or renames has a name that
 * something may have; that every device that is renamed may be; and that each budget of faults
 * (their `part`) can be spent. */
bool scenario_check_third_parties(const struct scenario *scenario, struct diagnostic *diagnostic);
bool scenario_check_renames(const struct scenario *scenario, struct part part);
bool scenario_check_faults(const struct scenario *scenario, struct part part);

/* True if the text is a template's prefix with a number behind it. */
bool scenario_is_made_of(const char *text, const char *prefix);

/* The prefix of a guest's own family: BEGIN-GUEST-, or with the guest's number in place of a name
 * that leaves no room for two digits.  No guest's name begins with a digit. */
void scenario_own_prefix(const struct scenario *scenario, unsigned guest, const char *begin,
                         char prefix[IFNAME_SIZE]);

/* Checks the name of a device, at `offset` in the part's text: that the kernel, Open vSwitch and
 * the harness can have one of that name beside the bridges; the same of a template, by its prefix,
 * and of a bridge. */
bool scenario_check_name(const struct scenario *scenario, struct part part, size_t offset,
                         const char *text);
bool scenario_check_template(const struct scenario *scenario, struct part part, const char *prefix);
bool scenario_check_bridge(struct part part, const char *text);

/* A name that a scenario gives: 1 to SCENARIO_MAX_WORD - 1 letters, digits and dashes, a letter
 * first. */
bool scenario_read_word(struct part part, const char *what, char word[SCENARIO_MAX_WORD]);

/* The name of a device, checked as scenario_check_name does. */
bool scenario_read_name(const struct scenario *scenario, struct part part, const char *what,
                        char name[IFNAME_SIZE]);

/* Stores 1 + the index of the bridge that is named there, or 0 of a part that is not there. */
bool scenario_read_bridge(const struct scenario *scenario, struct part part, uint8_t *bridge);

/* The kind of a bridge (1 + index); BRIDGE_NONE of 0.  And whether there is one of that kind. */
enum bridge_kind scenario_bridge_kind(const struct scenario *scenario, unsigned bridge);
bool scenario_has_ovs(const struct scenario *scenario);

/* Checks that what has a VLAN is on a bridge (1 + index) whose ports have one. */
bool scenario_check_vlan(const struct scenario *scenario, struct part vlan, unsigned bridge);

#endif
