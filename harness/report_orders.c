/* What is said of orders of milestones: see orders.h. */
#include "harness/orders.h"

#include "harness/print.h"
#include "harness/share.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { MARGIN = 4, NUMBER_SIZE = 32, WORD_SIZE = WALK_ACTOR_SIZE + 24 };

static const char *
number_text(uint64_t number, char text[NUMBER_SIZE])
{
    snprintf(text, NUMBER_SIZE, "%" PRIu64 "%s", number, number == UINT64_MAX ? " or more" : "");
    return text;
}

/* "a kill", "b tap begins", "kernel/a". */
static void
milestone_text(const struct scenario *scenario, milestone number, bool whole, char text[WORD_SIZE])
{
    const struct milestone_is is = milestone_is(number);
    const char *kind = actor_kind_name(is.actor.kind);

    if (is.stage == STAGE_NONE && is.actor.kind == ACTOR_KERNEL) { /* its exit is no milestone */
        snprintf(text, WORD_SIZE, "%s tap-gone", scenario->guest[is.actor.index].name);
    } else if (is.stage == STAGE_NONE && is.actor.kind == ACTOR_THREAD) { /* its QEMU's crash */
        snprintf(text, WORD_SIZE, "%s dies", scenario->guest[is.actor.index].name);
    } else if (is.stage != STAGE_NONE) {
        snprintf(text, WORD_SIZE, "%s %s%s", scenario->guest[is.actor.index].name,
                 stage_name(is.stage),
                 whole     ? ""
                 : is.ends ? " ends"
                           : " begins");
    } else if (actor_kind_number(is.actor.kind) == ACTOR_EACH_GUEST) {
        snprintf(text, WORD_SIZE, "%s%s%s", kind, kind[0] == '\0' ? "" : "/",
                 scenario->guest[is.actor.index].name);
    } else {
        snprintf(text, WORD_SIZE, "%s", kind);
        if (is.actor.index > 0) {
            print_append(text, WORD_SIZE, "%u", is.actor.index + 1);
        }
    }
}

/* The milestones of an order; those of a stage that nothing comes into are one. */
static void
print_milestones(const struct scenario *scenario, const struct class_milestones *milestones)
{
    struct print_list list = {"", .indent = 6};
    char word[WORD_SIZE];

    for (unsigned i = 0; i < milestones->count; i++) {
        const struct milestone_is is = milestone_is(milestones->milestone[i]);
        bool whole = false;

        if (i + 1 < milestones->count && is.stage != STAGE_NONE && !is.ends) {
            const struct milestone_is next = milestone_is(milestones->milestone[i + 1]);

            whole = next.stage == is.stage && next.ends && next.actor.index == is.actor.index;
        }
        milestone_text(scenario, milestones->milestone[i], whole, word);
        print_list_add(&list, word);
        i += whole;
    }
    print_list_end(&list);
}

/* "old: 3 of 3 go wrong", and the line that replays one of them. */
static void
print_runs(const struct cell *cell, const struct course_runs *runs, const char *which)
{
    char counted[SHARE_RUNS_SIZE], what[SHARE_RUNS_SIZE + 32];

    if (runs->schedule == NULL) {
        return;
    }
    snprintf(what, sizeof what, "  %s, %s go wrong", which,
             share_runs(runs->bad, runs->runs, counted));
    report_replay(cell->scenario, &cell->world, cell->policy, runs->schedule, runs->length, what,
                  "");
}

/* An oracle before that one of which the same order is shown; NULL if there is none. */
static const struct orders_of *
shown_before(const struct orders *orders, const struct orders_of *by, enum class_kind kind,
             unsigned number)
{
    const struct class_milestones *its = &by->order[kind][number].milestones;

    for (const struct orders_of *other = orders->by; other < by; other++) {
        if (number < other->orders[kind]) {
            const struct class_milestones *others = &other->order[kind][number].milestones;

            if (others->count == its->count && memcmp(others->milestone, its->milestone,
                                                      its->count * sizeof *its->milestone) == 0) {
                return other;
            }
        }
    }
    return NULL;
}

static void
print_order(const struct orders *orders, const struct orders_of *by, enum class_kind kind,
            unsigned number)
{
    const struct order_shown *order = &by->order[kind][number];
    const struct orders_of *same = shown_before(orders, by, kind, number);

    print_milestones(orders->compared.now->scenario, &order->milestones);
    if (same != NULL) {
        print_line(MARGIN + 4, "      with the runs shown of %s%s", oracle_name(same->of.oracle),
                   same->of.lasting ? ", lasting" : "");
        return;
    }
    if (kind != CLASS_NEW) {
        print_runs(&orders->cell[0], &order->before, "old");
    }
    if (kind != CLASS_GONE) {
        print_runs(&orders->cell[1], &order->now, "new");
    }
}

static void
print_kind(const struct orders *orders, const struct orders_of *by, enum class_kind kind)
{
    static const char *const heads[CLASS_KINDS] = {
        [CLASS_MENDED] = "became good: it went wrong, and does not any more",
        [CLASS_GONE] = "went wrong, and cannot come any more",
        [CLASS_STILL] = "still goes wrong",
        [CLASS_SPOILT] = "became bad: it did not go wrong, and does now",
        [CLASS_NEW] = "could not come before, and goes wrong",
    };
    char number[NUMBER_SIZE];

    if (by->count[kind] == 0) {
        return;
    }
    print_line(MARGIN + 2, "    %s %s", number_text(by->count[kind], number), heads[kind]);
    for (unsigned i = 0; i < by->orders[kind]; i++) {
        print_order(orders, by, kind, i);
    }
}

/* In some order, another thing can happen than before. */
static bool
has_changed(const struct orders_of *by)
{
    return by->count[CLASS_MENDED] > 0 || by->count[CLASS_GONE] > 0 ||
           by->count[CLASS_SPOILT] > 0 || by->count[CLASS_NEW] > 0;
}

static void
print_oracle(const struct orders *orders, const struct orders_of *by)
{
    uint64_t rest = 0;
    char number[NUMBER_SIZE];

    print_line(MARGIN, "  %s%s, by the order of milestones:", oracle_name(by->of.oracle),
               by->of.lasting ? ", lasting" : "");
    for (enum class_kind kind = 0; kind < CLASS_FINE; kind++) {
        print_kind(orders, by, kind);
    }
    if (by->count[CLASS_STILL] > 0 && !has_changed(by)) {
        print_line(MARGIN + 2, "    no order became good or bad: each that went wrong still can");
    }
    for (enum class_kind kind = CLASS_FINE; kind < CLASS_KINDS; kind++) {
        rest += by->count[kind] < UINT64_MAX - rest ? by->count[kind] : UINT64_MAX - rest;
    }
    printf("    %s never go wrong\n", number_text(rest, number));
}

void
report_orders(const struct orders *orders)
{
    if (orders->unknown != NULL) {
        print_line(MARGIN, "  the orders of milestones are not known: %s", orders->unknown);
        return;
    }
    for (unsigned i = 0; i < orders->count; i++) {
        print_oracle(orders, &orders->by[i]);
    }
}
