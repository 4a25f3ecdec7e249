/* What a libvirtd believes: see libvirt_belief.h. */
#include "harness/libvirt/libvirt_belief.h"

#include "harness/libvirt/libvirt_carry_out.h"
#include "harness/real/child.h"
#include "harness/real/sandbox.h"

#include <stdio.h>
#include <string.h>

#define MARK "of " /* in front of a guest's name and a colon, and what is told of it */

enum { BELIEF = 32 + MAX_NICS * (IFNAME_SIZE + 1), TOLD = 8192 };

/* "running vnet0", or "shut off", as the model has it. */
static void
say_own(const struct real *real, unsigned guest, char text[BELIEF])
{
    const struct context context = world_context(real->world, guest);
    bool runs = real->control.phase[guest] == PROCESS_RUNNING;
    int used = snprintf(text, BELIEF, "%s", runs ? "running" : "shut off");
    char name[IFNAME_SIZE];

    for (unsigned i = 0; i < context.nics && runs; i++) {
        uint8_t id = real->control.daemon.record[context.nic_at[i]].name;

        if (id != IFNAME_NONE) {
            used += snprintf(text + used, BELIEF - (size_t)used, " %s",
                             ifname_text(&real->world->names, id, name));
        }
    }
}

/* The same of the guest's lines: its state, and of each device a line that begins with its name.
 * Of a guest that does not run, those are in its definition. */
static void
say_told(const char *lines, char text[BELIEF])
{
    size_t used = 0;
    char word[IFNAME_SIZE];

    text[0] = '\0';
    while (lines != NULL && strncmp(lines, MARK, strlen(MARK)) != 0) {
        size_t length = strcspn(lines, "\n");

        if (used == 0 && length > 0) {
            used = (size_t)snprintf(text, BELIEF, "%.*s", (int)(length < 20 ? length : 20), lines);
        } else if (length > 0 && strcmp(text, "shut off") != 0 &&
                   sscanf(lines, "%15s", word) == 1 && used < BELIEF) {
            used += (size_t)snprintf(text + used, BELIEF - used, " %s", word);
        }
        lines = lines[length] == '\0' ? NULL : lines + length + 1;
    }
}

/* Of whatever libvirtd does for nobody in the simulation, such as a stop that it has begun. */
static bool
has_nothing_to_do(struct session *session, struct real *real, unsigned guest)
{
    const struct session_guest *of = &session->guest[guest];

    return libvirt_settle_thread(session, real, guest) &&
           (!of->waits ||
            diagnose(real->diagnostic, EXIT_DIVERGED, NULL, 0, 0,
                     "%s: the model has nothing next, and libvirtd %s %.400s", of->name,
                     call_word((enum call_kind)of->at.call.kind), of->at.call.text));
}

static bool
is_its(const struct session *session, const struct real *real, unsigned guest)
{
    return real->world->daemon[guest] == session->libvirtd->number;
}

static bool
ask(struct session *session, const struct real *real, char told[TOLD])
{
    char commands[MAX_GUESTS * 3 * (SCENARIO_MAX_WORD + 16)];
    size_t used = 0;

    for (unsigned guest = 0; guest < session->guests; guest++) {
        const char *name = session->guest[guest].name;

        if (!is_its(session, real, guest)) {
            continue;
        }
        used +=
            (size_t)snprintf(commands + used, sizeof commands - used,
                             "echo '" MARK "%s:'; domstate %s; domiflist %s; ", name, name, name);
    }
    return session_run(session, (const char *const[]){commands, NULL}) &&
           child_read(told, TOLD, SESSION_VIRSH_LOG);
}

bool
libvirt_compare_beliefs(struct session *session, struct real *real)
{
    char told[TOLD], mark[SCENARIO_MAX_WORD + 8], own[BELIEF], theirs[BELIEF];

    for (unsigned guest = 0; guest < session->guests; guest++) {
        if (is_its(session, real, guest) && !has_nothing_to_do(session, real, guest)) {
            return false;
        }
    }
    if (!ask(session, real, told)) {
        return false;
    }
    for (unsigned guest = 0; guest < session->guests; guest++) {
        const char *lines;

        if (!is_its(session, real, guest)) {
            continue;
        }
        snprintf(mark, sizeof mark, MARK "%s:", session->guest[guest].name);
        lines = strstr(told, mark);
        say_own(real, guest, own);
        say_told(lines == NULL ? NULL : lines + strlen(mark), theirs);
        if (strcmp(own, theirs) != 0) {
            return diagnose(real->diagnostic, EXIT_DIVERGED, NULL, 0, 0,
                            "%s: the model believes '%s', and libvirtd '%s'",
                            session->guest[guest].name, own, theirs);
        }
    }
    return true;
}
