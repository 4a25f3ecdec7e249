/* The part of a scenario file that says what its report claims. */
#include "harness/policy_text.h"
#include "harness/renamed.h"

#include <string.h>

const char *const claim_words[CLAIM_KINDS] = {
    [CLAIM_NEVER] = "never",
    [CLAIM_SOMETIMES] = "sometimes",
    [CLAIM_ALWAYS] = "always",
    [CLAIM_POSSIBLE] = "possible",
    [CLAIM_INCONCLUSIVE] = "inconclusive",
    [CLAIM_RARER] = "rarer than ",
    [CLAIM_MORE_OFTEN] = "more often than ",
    [CLAIM_FEWER] = "in fewer interleavings than ",
    [CLAIM_MORE] = "in more interleavings than ",
};

const char claim_lasting[] = "lasting ";

#define KIND(kind) (1u << (kind))

/* What cannot be said of an oracle along with a claim: of a share of the interleavings, which is
 * from 0 to 1, and of two comparisons if they are with the same policy. */
static const unsigned excluded[CLAIM_KINDS] = {
    [CLAIM_NEVER] = KIND(CLAIM_SOMETIMES) | KIND(CLAIM_ALWAYS) | KIND(CLAIM_POSSIBLE) |
                    KIND(CLAIM_INCONCLUSIVE) | KIND(CLAIM_MORE_OFTEN) | KIND(CLAIM_MORE),
    [CLAIM_SOMETIMES] = KIND(CLAIM_NEVER) | KIND(CLAIM_ALWAYS),
    [CLAIM_ALWAYS] = KIND(CLAIM_NEVER) | KIND(CLAIM_SOMETIMES) | KIND(CLAIM_RARER),
    [CLAIM_POSSIBLE] = KIND(CLAIM_NEVER) | KIND(CLAIM_INCONCLUSIVE),
    [CLAIM_INCONCLUSIVE] = KIND(CLAIM_NEVER) | KIND(CLAIM_POSSIBLE),
    [CLAIM_RARER] = KIND(CLAIM_ALWAYS) | KIND(CLAIM_MORE_OFTEN),
    [CLAIM_MORE_OFTEN] = KIND(CLAIM_NEVER) | KIND(CLAIM_RARER),
    [CLAIM_FEWER] = KIND(CLAIM_MORE),
    [CLAIM_MORE] = KIND(CLAIM_NEVER) | KIND(CLAIM_FEWER),
};

/* The index of the policy that `text`, at `offset` of the part's text, calls; added if it is new.
 * -1 with a diagnostic if it is none, or there are too many. */
static int
policy_index(struct scenario *scenario, struct part part, const char *text, size_t offset)
{
    struct scenario_policy policy;

    if (!policy_text_read(&policy, text, part_text_place(part, offset),
                          part.document->diagnostic)) {
        return -1;
    }
    for (unsigned i = 0; i < scenario->policies; i++) {
        if (strcmp(scenario->policy[i].text, policy.text) == 0) {
            return (int)i;
        }
    }
    if (scenario->policies == SCENARIO_MAX_POLICIES) {
        refuse_at(part, offset, "claims about more than %d policies", SCENARIO_MAX_POLICIES);
        return -1;
    }
    scenario->policy[scenario->policies] = policy;
    return (int)scenario->policies++;
}

/* What stands behind "lasting ", or the whole; "lasting" alone is "lasting sometimes". */
static const char *
skip_lasting(struct scenario_claim *claim, const char *text)
{
    const char *word = claim_words[CLAIM_SOMETIMES];
    size_t length = strlen(claim_lasting);

    claim->lasting = strncmp(text, claim_lasting, length - 1) == 0 &&
                     (text[length - 1] == '\0' || text[length - 1] == ' ');
    return !claim->lasting ? text : text[length - 1] == '\0' ? word : text + length;
}

/* What can be said where runs are not counted, and of any number of guests. */
static bool
check_kind(const struct scenario *scenario, struct part part, enum claim_kind kind)
{
    if (kind == CLAIM_INCONCLUSIVE) {
        return scenario->more_guests ||
               refuse(part, "'%s' can be said of any number of guests alone ('more-guests: any')",
                      claim_words[CLAIM_INCONCLUSIVE]);
    }
    if (!scenario->world.unbounded || kind == CLAIM_NEVER || kind == CLAIM_POSSIBLE) {
        return true;
    }
    return refuse(part, "rounds without a bound are not counted: %s'%s' or '%s' can be said",
                  scenario->more_guests ? "'inconclusive', " : "", claim_words[CLAIM_NEVER],
                  claim_words[CLAIM_POSSIBLE]);
}

static bool
read_claim(struct scenario *scenario, struct part part, struct scenario_claim claim)
{
    const char *text = part_text(part, "a claim"), *words;
    int than = 0;
    char hint[DIAGNOSTIC_HINT_SIZE];

    if (text == NULL) {
        return false;
    }
    words = skip_lasting(&claim, text);
    if (claim.lasting && (ORACLES_THAT_LAST >> claim.oracle & 1) == 0) {
        return refuse(part, "how long it lasts is known of lost-attachment and wrong-network "
                            "alone");
    }
    for (int kind = CLAIM_NEVER; kind < CLAIM_KINDS; kind++) {
        bool compares = kind >= CLAIM_RARER;
        size_t length = strlen(claim_words[kind]), offset = (size_t)(words - text) + length;

        if (compares ? strncmp(words, claim_words[kind], length) != 0
                     : strcmp(words, claim_words[kind]) != 0) {
            continue;
        }
        if (compares && (than = policy_index(scenario, part, words + length, offset)) < 0) {
            return false;
        }
        if (scenario->claims == SCENARIO_MAX_CLAIMS) {
            return refuse(part, "more than %d claims", SCENARIO_MAX_CLAIMS);
        }
        if (!check_kind(scenario, part, (enum claim_kind)kind)) {
            return false;
        }
        claim.kind = (uint8_t)kind;
        claim.than = (uint8_t)than;
        claim.line = part_place(part, 0).line;
        claim.column = part_place(part, 0).column;
        scenario->claim[scenario->claims++] = claim;
        return true;
    }
    return refuse(part, "unknown claim '%s'%s", words,
                  diagnostic_hint(words, claim_words, CLAIM_KINDS, hint));
}

/* True if the two cannot both hold.  Of the interleavings that end so there are at most as many as
 * of all that violate the oracle: none if that is never, and if they are all, all do. */
static bool
contradict(const struct scenario_claim *a, const struct scenario_claim *b)
{
    const struct scenario_claim *lasting = a->lasting ? a : b, *plain = a->lasting ? b : a;
    bool never_known = plain->kind == CLAIM_INCONCLUSIVE && lasting->kind == CLAIM_POSSIBLE;
    bool compare = a->kind >= CLAIM_RARER && b->kind >= CLAIM_RARER;

    if (a->lasting != b->lasting && plain->kind != CLAIM_NEVER && lasting->kind != CLAIM_ALWAYS &&
        !never_known) {
        return false;
    }
    return (excluded[a->kind] & KIND(b->kind)) != 0 && (!compare || a->than == b->than);
}

/* Reports if the claim that was read last, at `index` of a list, cannot hold along with one that
 * stands before it there. */
static bool
check_claim(const struct scenario *scenario, struct part list, int index)
{
    const struct scenario_claim *last = &scenario->claim[scenario->claims - 1];

    for (int i = 0; i < index; i++) {
        if (contradict(last, last - index + i)) {
            return refuse(part_member(list, index), "'%s' contradicts '%s'",
                          part_text(part_member(list, index), "a claim"),
                          part_text(part_member(list, i), "a claim"));
        }
    }
    return true;
}

/* One claim or a list of them. */
static bool
read_claims_of_oracle(struct scenario *scenario, struct part part, struct scenario_claim claim)
{
    int count;

    if (part.node->type == YAML_SCALAR_NODE) {
        return read_claim(scenario, part, claim);
    }
    count = part_members(part, "what an oracle says", YAML_SEQUENCE_NODE, 1, 4);
    for (int i = 0; i < count; i++) {
        if (!read_claim(scenario, part_member(part, i), claim) || !check_claim(scenario, part, i)) {
            return false;
        }
    }
    return count >= 0;
}

int
scenario_oracle(struct part part)
{
    const char *oracles[ORACLE_COUNT], *word = part_text(part, "oracle");
    int index;

    if (word == NULL) {
        return -1;
    }
    for (int oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        oracles[oracle] = oracle_name((enum oracle)oracle);
    }
    index = diagnostic_word(part.document->diagnostic, part_place(part, 0), "oracle",
                            renamed_now(RENAMED_ORACLE, word), oracles, ORACLE_COUNT);
    renamed_warn(RENAMED_ORACLE, word, part_place(part, 0));
    return index;
}

static bool
read_claims_of_policy(struct scenario *scenario, struct part part, int policy)
{
    int count = part_members(part, "a policy's claims", YAML_MAPPING_NODE, 0, ORACLE_COUNT);

    for (int i = 0; i < count; i++) {
        int oracle = scenario_oracle(part_key(part, i));
        struct scenario_claim claim = {.policy = (uint8_t)policy, .oracle = (uint8_t)oracle};

        if (oracle < 0 ||
            (oracle == ORACLE_LOST_FILTER &&
             !scenario_claims_filters(scenario, part_key(part, i))) ||
            !read_claims_of_oracle(scenario, part_member(part, i), claim)) {
            return false;
        }
    }
    return count >= 0;
}

bool
scenario_has_claims(const struct scenario *scenario, struct diagnostic *diagnostic)
{
    return scenario->policies > 0 ||
           diagnose(diagnostic, EXIT_BAD_INPUT, scenario->path, 0, 0,
                    "makes no claims, so no policy is to be tried: name one (-p POLICY), or add "
                    "'claims'");
}

/* Whether it claims something about the policy, and does not just compare another one with it. */
static bool
is_about(const struct scenario *scenario, unsigned policy)
{
    bool compared = false;

    for (unsigned i = 0; i < scenario->claims; i++) {
        const struct scenario_claim *claim = &scenario->claim[i];

        if (claim->policy == policy) {
            return true;
        }
        compared = compared || (claim->kind >= CLAIM_RARER && claim->than == policy);
    }
    return !compared;
}

const struct scenario_policy *
scenario_one_policy(const struct scenario *scenario, struct diagnostic *diagnostic)
{
    const char *texts[SCENARIO_MAX_POLICIES];
    char hint[DIAGNOSTIC_HINT_SIZE];
    const struct scenario_policy *one = NULL;
    unsigned count = 0;

    for (unsigned i = 0; i < scenario->policies; i++) {
        if (is_about(scenario, i)) {
            one = &scenario->policy[i];
            texts[count++] = one->text;
        }
    }
    if (count > 1) {
        diagnose(diagnostic, EXIT_BAD_INPUT, scenario->path, 0, 0,
                 "makes claims about %u policies, and one is needed (-p)%s", count,
                 diagnostic_hint("", texts, count, hint));
    }
    return scenario_has_claims(scenario, diagnostic) && count == 1 ? one : NULL;
}

bool
scenario_read_claims(struct scenario *scenario, struct part part)
{
    int count = part_members(part, "claims", YAML_MAPPING_NODE, 1, SCENARIO_MAX_POLICIES);

    for (int i = 0; i < count; i++) {
        struct part key = part_key(part, i);
        const char *text = part_text(key, "a policy");
        int policy = text == NULL ? -1 : policy_index(scenario, key, text, 0);

        if (policy < 0 || !read_claims_of_policy(scenario, part_member(part, i), policy)) {
            return false;
        }
    }
    return count >= 0;
}
