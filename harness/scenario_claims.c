/* The part of a scenario file that says what its report claims. */
#include "harness/policy_text.h"
#include "harness/renamed.h"

#include <string.h>

const char *const claim_words[CLAIM_KINDS] = {
    [CLAIM_NEVER] = "never",
    [CLAIM_SOMETIMES] = "sometimes",
    [CLAIM_ALWAYS] = "always",
    [CLAIM_RARER] = "rarer than ",
    [CLAIM_MORE_OFTEN] = "more often than ",
    [CLAIM_FEWER] = "in fewer interleavings than ",
    [CLAIM_MORE] = "in more interleavings than ",
};

#define KIND(kind) (1u << (kind))

/* What cannot be said of an oracle along with a claim: of a share of the interleavings, which is
 * from 0 to 1, and of two comparisons if they are with the same policy. */
static const unsigned excluded[CLAIM_KINDS] = {
    [CLAIM_NEVER] =
        KIND(CLAIM_SOMETIMES) | KIND(CLAIM_ALWAYS) | KIND(CLAIM_MORE_OFTEN) | KIND(CLAIM_MORE),
    [CLAIM_SOMETIMES] = KIND(CLAIM_NEVER) | KIND(CLAIM_ALWAYS),
    [CLAIM_ALWAYS] = KIND(CLAIM_NEVER) | KIND(CLAIM_SOMETIMES) | KIND(CLAIM_RARER),
    [CLAIM_RARER] = KIND(CLAIM_ALWAYS) | KIND(CLAIM_MORE_OFTEN),
    [CLAIM_MORE_OFTEN] = KIND(CLAIM_NEVER) | KIND(CLAIM_RARER),
    [CLAIM_FEWER] = KIND(CLAIM_MORE),
    [CLAIM_MORE] = KIND(CLAIM_NEVER) | KIND(CLAIM_FEWER),
};

/* The index of the policy that `text`, at `offset` of the node, calls; added if it is new.  -1 with
 * a diagnostic if it is none, or there are too many. */
static int
policy_index(struct scenario *scenario, const struct document *document, yaml_node_t *node,
             const char *text, size_t offset)
{
    struct scenario_policy policy;

    if (!policy_text_read(&policy, text, document->path, node->start_mark.line + 1,
                          document_column(node, offset), document->diagnostic)) {
        return -1;
    }
    for (unsigned i = 0; i < scenario->policies; i++) {
        if (strcmp(scenario->policy[i].text, policy.text) == 0) {
            return (int)i;
        }
    }
    if (scenario->policies == SCENARIO_MAX_POLICIES) {
        document_diagnose(document, node, offset, "claims about more than %d policies",
                          SCENARIO_MAX_POLICIES);
        return -1;
    }
    scenario->policy[scenario->policies] = policy;
    return (int)scenario->policies++;
}

static bool
read_claim(struct scenario *scenario, const struct document *document, yaml_node_t *node,
           struct scenario_claim claim)
{
    const char *text = document_text(document, node, "a claim");
    int than = -1;
    char hint[DIAGNOSTIC_HINT_SIZE];

    if (text == NULL) {
        return false;
    }
    for (int kind = CLAIM_NEVER; kind < CLAIM_KINDS; kind++) {
        bool compares = kind >= CLAIM_RARER;
        size_t length = strlen(claim_words[kind]);

        if (compares ? strncmp(text, claim_words[kind], length) != 0
                     : strcmp(text, claim_words[kind]) != 0) {
            continue;
        }
        if (compares &&
            (than = policy_index(scenario, document, node, text + length, length)) < 0) {
            return false;
        }
        if (scenario->claims == SCENARIO_MAX_CLAIMS) {
            return document_diagnose(document, node, 0, "more than %d claims", SCENARIO_MAX_CLAIMS);
        }
        claim.kind = (uint8_t)kind;
        claim.than = compares ? (uint8_t)than : 0;
        claim.line = node->start_mark.line + 1;
        scenario->claim[scenario->claims++] = claim;
        return true;
    }
    return document_diagnose(document, node, 0, "unknown claim '%s'%s", text,
                             diagnostic_hint(text, claim_words, CLAIM_KINDS, hint));
}

/* Reports if the claim that was read last, at `index` of a list, cannot hold along with one that
 * stands before it there. */
static bool
check_claim(const struct scenario *scenario, const struct document *document, yaml_node_t *list,
            size_t index)
{
    const struct scenario_claim *last = &scenario->claim[scenario->claims - 1];
    yaml_node_t *node = document_value_at(document, list, index);

    for (size_t i = 0; i < index; i++) {
        const struct scenario_claim *before = last - index + i;
        bool compare = last->kind >= CLAIM_RARER && before->kind >= CLAIM_RARER;

        if ((excluded[last->kind] & KIND(before->kind)) != 0 &&
            (!compare || last->than == before->than)) {
            return document_diagnose(
                document, node, 0, "'%s' contradicts '%s'",
                document_text(document, node, "a claim"),
                document_text(document, document_value_at(document, list, i), "a claim"));
        }
    }
    return true;
}

/* One claim or a list of them. */
static bool
read_claims_of_oracle(struct scenario *scenario, const struct document *document, yaml_node_t *node,
                      struct scenario_claim claim)
{
    size_t count;

    if (node->type == YAML_SCALAR_NODE) {
        return read_claim(scenario, document, node, claim);
    }
    if (!document_members(document, node, "what an oracle says", YAML_SEQUENCE_NODE, 1, 4,
                          &count)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!read_claim(scenario, document, document_value_at(document, node, i), claim) ||
            !check_claim(scenario, document, node, i)) {
            return false;
        }
    }
    return true;
}

int
scenario_oracle(const struct document *document, yaml_node_t *node)
{
    const char *oracles[ORACLE_COUNT], *word = document_text(document, node, "oracle");
    const char *now = word == NULL ? NULL : renamed_now(RENAMED_ORACLE, word);

    for (int oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        oracles[oracle] = oracle_name((enum oracle)oracle);
        if (now != NULL && strcmp(now, oracles[oracle]) == 0) {
            renamed_warn(RENAMED_ORACLE, word, document->path, node->start_mark.line + 1,
                         node->start_mark.column + 1);
            return oracle;
        }
    }
    return word == NULL ? -1 : document_word(document, node, "oracle", oracles, ORACLE_COUNT);
}

static bool
read_claims_of_policy(struct scenario *scenario, const struct document *document, yaml_node_t *node,
                      int policy)
{
    size_t count;

    if (!document_members(document, node, "a policy's claims", YAML_MAPPING_NODE, 0, ORACLE_COUNT,
                          &count)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        int oracle = scenario_oracle(document, document_key_at(document, node, i));
        struct scenario_claim claim = {.policy = (uint8_t)policy, .oracle = (uint8_t)oracle};

        if (oracle < 0 || !read_claims_of_oracle(scenario, document,
                                                 document_value_at(document, node, i), claim)) {
            return false;
        }
    }
    return true;
}

bool
scenario_read_claims(struct scenario *scenario, const struct document *document, yaml_node_t *node)
{
    size_t count;

    if (!document_members(document, node, "claims", YAML_MAPPING_NODE, 1, SCENARIO_MAX_POLICIES,
                          &count)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        yaml_node_t *key = document_key_at(document, node, i);
        const char *text = document_text(document, key, "a policy");
        int policy = text == NULL ? -1 : policy_index(scenario, document, key, text, 0);

        if (policy < 0 || !read_claims_of_policy(scenario, document,
                                                 document_value_at(document, node, i), policy)) {
            return false;
        }
    }
    return true;
}
