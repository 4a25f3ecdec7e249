/* By how much the clocks of two records differ: see record.h. */
#include "harness/record/record.h"

#include <stdlib.h>
#include <string.h>

enum {
    A_SECOND = 1000000,
    HALF_A_SECOND = 500000,
    WINDOW = 4 * A_SECOND, /* what is farther apart does not belong together */
    A_ROW = 1000000,       /* what a row counts that something fits at once */
    ENOUGH = 2,            /* rows within a second, more than with the clocks as they are */
    CLEARLY = 2,           /* times as much: a busy host is slow, too, by one clock */
    MOST_PAIRS = 1 << 20,
    MOST_LOOKS = 1 << 28 /* at pairs: about a second */
};

/* What happens soon before or behind a change of the database, and is of the same device or the
 * same guest. */
static const struct rule {
    enum ledger_kind kind, database;
    bool behind;
    bool by_guest;
} rules[] = {
    {LEDGER_DEVICE, LEDGER_ROW, false, false}, /* if it is a fresh one */
    {LEDGER_ADD, LEDGER_ROW, false, false},          {LEDGER_START, LEDGER_ROW, false, true},
    {LEDGER_TAKEN, LEDGER_ROW, true, false},         {LEDGER_DELETE, LEDGER_ROW_GONE, false, false},
    {LEDGER_STOP, LEDGER_ROW_GONE, false, false},    {LEDGER_STOP, LEDGER_ROW_GONE, false, true},
    {LEDGER_GIVEN_UP, LEDGER_ROW_GONE, true, false},
};

enum { RULES = sizeof rules / sizeof *rules };

/* An event that a rule is about. */
struct anchor {
    size_t rule;
    const char *key;
    int64_t at;
};

/* An event of the database, and one that may have happened soon before or behind it. */
struct pair {
    int64_t apart; /* by how much the other's time is later */
    size_t row;    /* which event of the database */
    bool behind;
};

struct pairs {
    size_t count, room;
    struct pair *pair; /* by `apart` */
    /* Of each event of the database: */
    unsigned *seen; /* how many pairs of it are in the window */
    int64_t *least; /* how far the nearest of them is; LEDGER_FOR_EVER between two questions */
};

static const char *
key_of(const struct rule *rule, const struct ledger_event *event)
{
    return rule->by_guest ? event->guest : event->name;
}

static int
compare_anchors(const void *left, const void *right)
{
    const struct anchor *a = left, *b = right;
    const int keys = a->rule == b->rule ? strcmp(a->key, b->key) : 0;

    return a->rule != b->rule ? (a->rule > b->rule) - (a->rule < b->rule)
           : keys != 0        ? keys
                              : (a->at > b->at) - (a->at < b->at);
}

static int
compare_pairs(const void *left, const void *right)
{
    const struct pair *a = left, *b = right;

    return a->apart != b->apart ? (a->apart > b->apart) - (a->apart < b->apart)
                                : (a->row > b->row) - (a->row < b->row);
}

/* The anchors of a record, sorted; NULL if there is no memory. */
static struct anchor *
anchors_of(const struct record *record, size_t *count)
{
    struct anchor *anchor = calloc(record->count * 2 + 1, sizeof *anchor); /* at most two rules */

    *count = 0;
    for (size_t i = 0; i < record->count && anchor != NULL; i++) {
        const struct ledger_event *event = &record->event[i];

        for (size_t rule = 0; rule < RULES; rule++) {
            const char *key = key_of(&rules[rule], event);

            if (rules[rule].kind == event->kind && key[0] != '\0' &&
                (event->kind != LEDGER_DEVICE || event->fresh)) {
                anchor[(*count)++] = (struct anchor){rule, key, event->at};
            }
        }
    }
    if (anchor != NULL) {
        qsort(anchor, *count, sizeof *anchor, compare_anchors);
    }
    return anchor;
}

/* The first anchor of a rule and a key, or where it would be. */
static size_t
first_of(const struct anchor *anchor, size_t count, size_t rule, const char *key)
{
    const struct anchor wanted = {rule, key, INT64_MIN};
    size_t low = 0, high = count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (compare_anchors(&anchor[middle], &wanted) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* False if there is no memory. */
static bool
add_pair(struct pairs *pairs, struct pair pair)
{
    if (pairs->count == pairs->room) {
        const size_t room = pairs->room == 0 ? 64 : 2 * pairs->room;
        struct pair *grown = realloc(pairs->pair, room * sizeof *grown);

        if (grown == NULL) {
            return false;
        }
        pairs->pair = grown;
        pairs->room = room;
    }
    pairs->pair[pairs->count++] = pair;
    return true;
}

/* Adds the pairs of one event of the database.  False if there is no memory. */
static bool
pair_up(struct pairs *pairs, const struct anchor *anchor, size_t anchors,
        const struct ledger_event *made, size_t row)
{
    for (size_t rule = 0; rule < RULES; rule++) {
        const char *key = key_of(&rules[rule], made);

        if (rules[rule].database != made->kind || key[0] == '\0') {
            continue;
        }
        for (size_t i = first_of(anchor, anchors, rule, key);
             i < anchors && pairs->count < MOST_PAIRS && anchor[i].rule == rule &&
             strcmp(anchor[i].key, key) == 0;
             i++) {
            if (!add_pair(pairs, (struct pair){anchor[i].at - made->at, row, rules[rule].behind})) {
                return false;
            }
        }
    }
    return true;
}

/* How well the two fit together, if the record is that much ahead. */
struct fit {
    int64_t ahead;
    size_t rows;   /* that have something in the window before or behind them, as it should be */
    size_t near;   /* and within a second */
    int64_t score; /* what they count, all together */
};

/* What a row counts, by how far the nearest thing is: half as much half a second away.  Each row
 * pulls, and pulls less the farther away it is: on a busy host some things are late, and of a log
 * that is cut off some are missing; those are not to move the others. */
static int64_t
weight_of(int64_t later)
{
    return (int64_t)A_ROW * HALF_A_SECOND / (HALF_A_SECOND + later);
}

/* The pairs of one kind that are within the window: those from `low` to `high`. */
struct window {
    bool behind;
    size_t low, high;
};

static void
count_pair(struct pairs *pairs, struct window *window, size_t i, bool enters, struct fit *fit)
{
    const struct pair *pair = &pairs->pair[i];

    if (pair->behind != window->behind) {
        return;
    }
    if (enters) {
        fit->rows += pairs->seen[pair->row]++ == 0;
    } else {
        fit->rows -= --pairs->seen[pair->row] == 0;
    }
}

/* Moves the window to [from, to]. */
static void
move(struct pairs *pairs, struct window *window, int64_t from, int64_t to, struct fit *fit)
{
    for (; window->high < pairs->count && pairs->pair[window->high].apart <= to; window->high++) {
        count_pair(pairs, window, window->high, true, fit);
    }
    for (; window->low < window->high && pairs->pair[window->low].apart < from; window->low++) {
        count_pair(pairs, window, window->low, false, fit);
    }
}

/* Weighs what is in the windows.  Returns at how many pairs it has looked. */
static size_t
weigh(struct pairs *pairs, const struct window *before, const struct window *behind,
      struct fit *fit)
{
    const size_t from = before->low < behind->low ? before->low : behind->low;
    const size_t to = before->high > behind->high ? before->high : behind->high;

    fit->near = 0;
    fit->score = 0;
    for (size_t i = from; i < to; i++) {
        const struct pair *pair = &pairs->pair[i];
        const int64_t later = pair->behind ? pair->apart - fit->ahead : fit->ahead - pair->apart;

        if (later >= 0 && later < WINDOW && later < pairs->least[pair->row]) {
            pairs->least[pair->row] = later;
        }
    }
    for (size_t i = from; i < to; i++) {
        int64_t *least = &pairs->least[pairs->pair[i].row];

        if (*least != LEDGER_FOR_EVER) {
            fit->score += weight_of(*least);
            fit->near += *least < A_SECOND;
            *least = LEDGER_FOR_EVER;
        }
    }
    return to - from;
}

static int64_t
size_of(int64_t number)
{
    return number < 0 ? -number : number;
}

static bool
is_better(const struct fit *a, const struct fit *b)
{
    return a->score != b->score ? a->score > b->score : size_of(a->ahead) < size_of(b->ahead);
}

/* Tries each difference that would make two things happen at once, and none. */
static int64_t
best_of(struct pairs *pairs)
{
    struct window before = {.behind = false}, behind = {.behind = true};
    struct fit fit = {0}, best = {0}, same = {0};
    bool any = false, none_tried = false;
    size_t looks = 0;

    for (size_t i = 0; i <= pairs->count; i++) {
        const int64_t next = i < pairs->count ? pairs->pair[i].apart : INT64_MAX;
        const bool try_none = !none_tried && next >= 0;

        for (int turn = try_none ? 0 : 1; turn < 2 && (turn == 0 || i < pairs->count); turn++) {
            fit.ahead = turn == 0 ? 0 : next;
            move(pairs, &before, fit.ahead - WINDOW + 1, fit.ahead, &fit);
            move(pairs, &behind, fit.ahead, fit.ahead + WINDOW - 1, &fit);
            if (turn > 0 && any && ((int64_t)fit.rows * A_ROW < best.score || looks > MOST_LOOKS)) {
                continue; /* it can be no better */
            }
            looks += weigh(pairs, &before, &behind, &fit);
            same = turn == 0 ? fit : same;
            best = !any || is_better(&fit, &best) ? fit : best;
            any = true;
        }
        none_tried = none_tried || try_none;
    }
    if (best.near < same.near + ENOUGH || best.score < CLEARLY * same.score) {
        return 0; /* that may be chance */
    }
    return size_of(best.ahead) < HALF_A_SECOND ? 0 : best.ahead;
}

bool
record_line_up(struct record *record, const struct record *database)
{
    size_t anchors;
    struct anchor *anchor = anchors_of(record, &anchors);
    struct pairs pairs = {.seen = calloc(database->count + 1, sizeof *pairs.seen)};
    bool whole = anchor != NULL && pairs.seen != NULL;

    pairs.least = calloc(database->count + 1, sizeof *pairs.least);
    whole = whole && pairs.least != NULL;
    for (size_t row = 0; row < database->count && whole; row++) {
        pairs.least[row] = LEDGER_FOR_EVER;
    }

    for (size_t row = 0; row < database->count && whole; row++) {
        whole = pair_up(&pairs, anchor, anchors, &database->event[row], row);
    }
    if (whole && pairs.count > 0) {
        qsort(pairs.pair, pairs.count, sizeof *pairs.pair, compare_pairs);
        record->ahead = best_of(&pairs);
    }
    free(anchor);
    free(pairs.pair);
    free(pairs.seen);
    free(pairs.least);
    return whole;
}
