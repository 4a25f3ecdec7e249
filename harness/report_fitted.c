/* What explains the story of a name: see report_fitted.h. */
#include "harness/report_fitted.h"

#include "harness/output.h"
#include "harness/print.h"
#include "harness/record/ledger_text.h"
#include "harness/record/moment.h"

#include <inttypes.h>

enum { ROW_SIZE = 256, TAG_SIZE = sizeof "the tag 65535" };

static const char *const grades[] = {
    [FIT_PART] = "part", [FIT_ALL] = "all", [FIT_REST] = "rest", [FIT_SHOWN] = "shown"};

/* A tag, or that there is none. */
static void
tag_text(uint16_t tag, char text[TAG_SIZE])
{
    if (tag == LEDGER_NO_TAG) {
        snprintf(text, TAG_SIZE, "no tag");
    } else {
        snprintf(text, TAG_SIZE, "the tag %u", tag);
    }
}

static void
print_astray(const struct story *story)
{
    const struct story_nic *nic = &story->nic[story->astray.nic];
    char has[TAG_SIZE], asked[TAG_SIZE];

    if (story->astray.tag != 0) {
        tag_text(story->astray.tag, has);
        tag_text(nic->tag, asked);
        print_line(4, "  %s, device %" PRIu32 ", stays on a row with %s; %s was asked for it",
                   story->name[nic->name].text, nic->device, has, asked);
    }
}

static void
print_story(const struct story *story)
{
    char at[MOMENT_SIZE], text[STORY_TEXT_SIZE], names[STORY_NAMES_SIZE];

    print_line(4, "\nthe story of %s: %u event%s", story_names(story, names), story->events,
               print_plural(story->events));
    for (unsigned i = 0; i < story->events; i++) {
        print_line(6, "    %s  %s", moment_text(story->event[i].event->at, at),
                   story_text(story, &story->event[i], text));
    }
    print_astray(story);
    for (unsigned i = 0; i < story->vlans; i++) {
        if (story->vlan[i] != i + 1) {
            print_line(4, "  VLAN %u of the scenario has the tag %u here", i + 1, story->vlan[i]);
        }
    }
    print_line(4, "  left out: %zu event%s of other names", story->others,
               print_plural(story->others));
    if (story->earlier > 0) {
        print_line(4, "  left out: %u earlier device%s of this name", story->earlier,
                   print_plural(story->earlier));
    }
    if (story->alone) {
        print_line(4, "  left out: the other nics of its guests, which no scenario holds as well");
    }
}

/* How far a policy explains the story. */
static void
row_text(const struct fitted *fitted, unsigned policy, char row[ROW_SIZE])
{
    const struct fitted_policy *one = &fitted->policy[policy];
    const struct story_event *stuck = fitted_stuck(fitted, policy);
    const char *help = fitted_help[one->help].text;
    char at[MOMENT_SIZE], text[STORY_TEXT_SIZE];

    row[0] = '\0';
    if (one->refused && one->fit.states == 0) {
        print_append(row, ROW_SIZE, "it has no such world");
    } else if (one->fit.grade == FIT_PART && stuck != NULL) {
        print_append(row, ROW_SIZE, "%u, and not that %s, %s",
                     one->fit.at[FIT_KERNEL] + one->fit.at[FIT_OVSDB],
                     story_text(fitted->story, stuck, text), moment_text(stuck->event->at, at));
    } else {
        print_append(row, ROW_SIZE, "all, in %u steps%s%s%s", one->fit.length,
                     one->help == 0 ? "" : ", with ", help,
                     one->fit.grade == FIT_ALL ? "; but then it goes on" : "");
    }
    if (one->bounded) {
        print_append(row, ROW_SIZE, "; inconclusive");
    }
}

static void
print_equal(const struct fitted *fitted)
{
    struct print_list list = {.head = "  so do:", .indent = 9};

    for (unsigned i = 0; i < fitted->policies; i++) {
        if ((int)i != fitted->best && fitted_is_equal(fitted, i)) {
            print_list_add(&list, fitted->policy[i].policy->name);
        }
    }
    print_list_end(&list);
}

static void
print_none(const struct fitted *fitted)
{
    const struct story_event *stuck =
        fitted->stuck == FIT_SOURCES ? NULL : fitted_event(fitted, fitted->stuck, fitted->at);
    char at[MOMENT_SIZE], text[STORY_TEXT_SIZE];

    if (fitted->bounded) {
        print_line(4, "inconclusive: no schedule was found before a bound was reached");
    } else if (stuck != NULL) {
        print_line(4, "no policy explains it: under none %s here, %s",
                   story_text(fitted->story, stuck, text), moment_text(stuck->event->at, at));
    }
}

void
report_fitted(const struct fitted *fitted, const char *scenario, const char *trace)
{
    enum { WIDTH = 26 };
    char row[ROW_SIZE];

    print_story(fitted->story);
    print_line(4, "\nof these events it explains:");
    for (unsigned i = 0; i < fitted->policies; i++) {
        row_text(fitted, i, row);
        print_entry(2, fitted->policy[i].policy->name, WIDTH, row);
    }
    putchar('\n');
    if (fitted->best < 0) {
        print_none(fitted);
        return;
    }
    print_line(4, "%s explains it", fitted->policy[fitted->best].policy->name);
    print_equal(fitted);
    print_line(4, "written: %s%s%s", scenario, trace == NULL ? "" : ", ",
               trace == NULL ? "" : trace);
}

static json_t *
event_json(const struct fitted *fitted, const struct story_event *event)
{
    char at[MOMENT_SIZE], text[STORY_TEXT_SIZE];

    return event == NULL ? json_null()
                         : json_pack("{s:s, s:s, s:o}", "at", moment_text(event->event->at, at),
                                     "what", ledger_kind_name(event->kind), "text",
                                     output_text(story_text(fitted->story, event, text)));
}

static json_t *
policy_json(const struct fitted *fitted, unsigned policy)
{
    const struct fitted_policy *one = &fitted->policy[policy];

    return json_pack("{s:s, s:s, s:I, s:I, s:s, s:b, s:o, s:I}", "policy", one->policy->name,
                     "explains", grades[one->fit.grade], "events",
                     (json_int_t)one->fit.at[FIT_KERNEL] + (json_int_t)one->fit.at[FIT_OVSDB],
                     "steps", (json_int_t)one->fit.length, "with", fitted_help[one->help].text,
                     "inconclusive", one->bounded, "not",
                     event_json(fitted, fitted_stuck(fitted, policy)), "states",
                     (json_int_t)one->fit.states);
}

json_t *
report_fitted_json(const struct fitted *fitted, const char *scenario, const char *trace)
{
    const struct story *story = fitted->story;
    const bool found = fitted->best >= 0;
    json_t *events = json_array(), *policies = json_array(), *equal = json_array();
    json_t *names = json_array(), *vlans = json_array();

    for (unsigned i = 0; i < story->vlans; i++) {
        json_array_append_new(vlans, json_integer(story->vlan[i]));
    }
    for (unsigned i = 0; i < story->names; i++) {
        json_array_append_new(names, output_text(story->name[i].text));
    }
    for (unsigned i = 0; i < story->events; i++) {
        json_array_append_new(events, event_json(fitted, &story->event[i]));
    }
    for (unsigned i = 0; i < fitted->policies; i++) {
        json_array_append_new(policies, policy_json(fitted, i));
        if (fitted_is_equal(fitted, i)) {
            json_array_append_new(equal, json_string(fitted->policy[i].policy->name));
        }
    }
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:{s:I, s:I, s:b}, s:o, s:s?, s:o, s:o, s:b, s:o*, s:o*}", "name",
        output_text(story->name[story->about].text), "names", names, "vlans", vlans, "events",
        events, "left_out", "events", (json_int_t)story->others, "devices",
        (json_int_t)story->earlier, "nics", story->alone, "policies", policies, "best",
        found ? fitted->policy[fitted->best].policy->name : NULL, "equal", equal, "stuck",
        found || fitted->stuck == FIT_SOURCES
            ? json_null()
            : event_json(fitted, fitted_event(fitted, fitted->stuck, fitted->at)),
        "inconclusive", !found && fitted->bounded, "scenario", found ? output_text(scenario) : NULL,
        "trace", found && trace != NULL ? output_text(trace) : NULL);
}
