/* Functions as trees: see decision.h. */
#include "sim/decision.h"

#include <assert.h>
#include <stdlib.h>

bool
decisions_open(struct decisions *decisions, const struct world *world, unsigned functions)
{
    *decisions = (struct decisions){.functions = functions};
    field_limits(world, &decisions->limits);
    decisions->root = calloc(functions, sizeof *decisions->root);
    return decisions->root != NULL;
}

void
decisions_close(struct decisions *decisions)
{
    free(decisions->root);
    free(decisions->node);
    free(decisions->leaf);
    free(decisions->write);
    free(decisions->child);
    *decisions = (struct decisions){0};
}

/* The array, with room for `needed` elements.  NULL if there is no memory. */
static void *
grow(void *array, size_t *room, size_t needed, size_t size)
{
    size_t wanted = *room == 0 ? 256 : *room;
    void *grown;

    while (wanted < needed) {
        wanted *= 2;
    }
    if (wanted == *room) {
        return array;
    }
    grown = realloc(array, wanted * size);
    *room = grown == NULL ? *room : wanted;
    return grown;
}

static const uint8_t *
bytes_of(const struct state *state)
{
    return (const uint8_t *)state;
}

bool
decisions_know(const struct decisions *decisions, unsigned function, const struct state *state)
{
    int32_t at = decisions->root[function];

    while (at > 0) {
        const struct decision_node *node = &decisions->node[at - 1];

        at = decisions->child[node->first + bytes_of(state)[node->offset]];
    }
    return at < 0;
}

/* A node that reads that byte.  Its place as a child, or 0 if there is no memory. */
static int32_t
add_node(struct decisions *decisions, uint16_t offset)
{
    uint32_t values = decisions->limits.largest[offset] + 1u;
    struct decision_node *node =
        grow(decisions->node, &decisions->node_room, decisions->nodes + 1u, sizeof *node);
    int32_t *child;

    decisions->node = node == NULL ? decisions->node : node;
    child =
        grow(decisions->child, &decisions->child_room, decisions->children + values, sizeof *child);
    decisions->child = child == NULL ? decisions->child : child;
    if (node == NULL || child == NULL) {
        return 0;
    }
    node[decisions->nodes] = (struct decision_node){offset, (uint16_t)values, decisions->children};
    for (uint32_t i = 0; i < values; i++) {
        child[decisions->children++] = 0;
    }
    return (int32_t)++decisions->nodes;
}

/* What is written, or was read and has changed: a compiler that has reported that a byte is read
 * need not report that it is written, too. */
static bool
is_written(const struct decisions *decisions, const struct state *before, const struct state *after,
           const struct access *access, unsigned offset)
{
    if (decisions->limits.largest[offset] == 0) {
        return false;
    }
    for (unsigned i = 0; i < access->writes; i++) {
        if (access->written[i] == offset) {
            return true;
        }
    }
    return bytes_of(before)[offset] != bytes_of(after)[offset];
}

static int32_t
add_leaf(struct decisions *decisions, const struct state *before, const struct state *after,
         const struct access *access, uint32_t said)
{
    struct decision_leaf *leaf =
        grow(decisions->leaf, &decisions->leaf_room, decisions->leaves + 1u, sizeof *leaf);
    struct decision_write *write = grow(decisions->write, &decisions->write_room,
                                        decisions->writes + sizeof *after, sizeof *write);

    decisions->leaf = leaf == NULL ? decisions->leaf : leaf;
    decisions->write = write == NULL ? decisions->write : write;
    if (leaf == NULL || write == NULL || decisions->leaves == DECISION_MOST) {
        return 0;
    }
    leaf[decisions->leaves] = (struct decision_leaf){said, decisions->writes, 0};
    for (unsigned offset = 0; offset < sizeof *after; offset++) {
        if (is_written(decisions, before, after, access, offset)) {
            write[decisions->writes++] =
                (struct decision_write){(uint16_t)offset, bytes_of(after)[offset]};
            leaf[decisions->leaves].writes++;
        }
    }
    return -(int32_t)++decisions->leaves;
}

bool
decisions_learn(struct decisions *decisions, unsigned function, const struct state *before,
                const struct state *after, const struct access *access, uint32_t said)
{
    int32_t leaf = add_leaf(decisions, before, after, access, said), node;
    uint32_t place = 0; /* in child[]; at first it is the root */
    bool at_root = true;

    for (unsigned i = 0; leaf != 0 && i < access->reads; i++) {
        uint16_t offset = access->read[i];
        int32_t next = at_root ? decisions->root[function] : decisions->child[place];

        if (decisions->limits.largest[offset] == 0) {
            continue; /* a constant of this world */
        }
        node = next == 0 ? add_node(decisions, offset) : next;
        if (node == 0) {
            return false;
        }
        assert(node > 0 && decisions->node[node - 1].offset == offset); /* it depends on no more */
        *(at_root ? &decisions->root[function] : &decisions->child[place]) = node;
        place = decisions->node[node - 1].first + bytes_of(before)[offset];
        at_root = false;
    }
    if (leaf != 0) {
        *(at_root ? &decisions->root[function] : &decisions->child[place]) = leaf;
    }
    return leaf != 0;
}
