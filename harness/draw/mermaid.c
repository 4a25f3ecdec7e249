/* --as mermaid: a sequence diagram, as GitLab and GitHub show it.
 *
 * A lifeline stands for each actor, and for what the steps are done to: the kernel's devices, and
 * Open vSwitch's database.  All names of lifelines are made here, and every text is written in
 * letters, digits and a few marks that mean nothing to Mermaid; anything else is a character
 * reference of Mermaid's own kind. */
#include "harness/draw/drawing.h"
#include "harness/draw/format.h"
#include "harness/print.h"
#include "harness/report.h"
#include "harness/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
    NOTE_WIDTH = 36,           /* columns of a line in a note */
    NOBODY = MAX_ACTORS,       /* no lifeline */
    KERNEL = MAX_ACTORS + 1,   /* the lifeline of the kernel's devices */
    DATABASE = MAX_ACTORS + 2, /* that of Open vSwitch's rows */
    LIFELINES = MAX_ACTORS + 3,
    MOST_BYTES = 50000, /* characters: Mermaid's own default */
    COMMENT_WIDTH = 90,
};

struct diagram {
    FILE *out;
    const struct drawing *drawing;
    bool there[LIFELINES];
};

/* ---- texts ---- */

/* The number of the character that the text begins with, and how many bytes it takes; of what is no
 * UTF-8, U+FFFD and 1. */
static unsigned long
character(const char *text, size_t *size)
{
    const unsigned char *byte = (const unsigned char *)text;
    const size_t more = byte[0] < 0xc2 ? 0 : byte[0] < 0xe0 ? 1 : byte[0] < 0xf0 ? 2 : 3;
    unsigned long number = byte[0] & (more == 0 ? 0x7fu : 0x3fu >> more);

    *size = 1;
    if (byte[0] < 0x80) {
        return byte[0];
    }
    for (size_t i = 1; i <= more; i++) {
        if ((byte[i] & 0xc0) != 0x80) {
            return 0xfffd;
        }
        number = number << 6 | (byte[i] & 0x3f);
    }
    *size = more == 0 ? 1 : more + 1;
    return more == 0 ? 0xfffd : number;
}

/* Marks that mean nothing in a text, and those that mean nothing in a comment, either. */
static const char in_texts[] = " -_.,/()'*=!+?";
static const char in_comments[] = " -_.,/()'*=!+?:;\"\\#$&<>@[]^`{|}~";

/* The text's first bytes, so that they are nothing but text to Mermaid. */
static void
write_part(FILE *out, const char *text, size_t length, const char *plain)
{
    size_t size;

    for (const char *at = text; at < text + length; at += size) {
        const unsigned long number = character(at, &size);

        if (number == ':' && (at + 1 == text + length || at[1] == ' ')) {
            putc(':', out); /* "style:x#" would mean something */
        } else if (number < 0x80 && (isalnum((int)number) || strchr(plain, (int)number) != NULL)) {
            putc((int)number, out);
        } else {
            fprintf(out, "#%lu;", number);
        }
    }
}

static void
write_text(FILE *out, const char *text)
{
    write_part(out, text, strlen(text), in_texts);
}

/* The same in several lines of a note. */
static void
write_note(FILE *out, const char *text)
{
    for (size_t fits; *text != '\0'; text += fits, text += strspn(text, " ")) {
        fits = print_fit(text, NOTE_WIDTH);
        write_part(out, text, fits, in_texts);
        fputs(text[fits + strspn(text + fits, " ")] == '\0' ? "" : "<br/>", out);
    }
}

/* ---- lifelines ---- */

static const char *
lifeline(unsigned line, char name[16])
{
    snprintf(name, 16, line == KERNEL ? "kernel" : line == DATABASE ? "ovsdb" : "p%u", line + 1);
    return name;
}

/* The actor that is the kernel's part in the guest's exit, if it takes part. */
static unsigned
exit_of(const struct drawing *drawing, unsigned guest)
{
    for (unsigned i = 0; i < drawing->lanes; i++) {
        const struct actor actor = actor_at(drawing->walk->world, drawing->lane[i]);

        if (actor.kind == ACTOR_KERNEL && actor.index == guest) {
            return drawing->lane[i];
        }
    }
    return NOBODY;
}

enum carrier { BY_DAEMON, BY_WORLD, BY_OVSDB };

static const uint8_t carrier_of[OP_COUNT] = {
#define X(id, small, name, place, text) [OP_##id] = BY_##place,
    OPERATIONS(X)
#undef X
};

/* What an operation of the guest's thread is done to, or NOBODY: the daemon's own memory, QEMU, or
 * Midonet. */
static unsigned
target_of_operation(const struct drawing *drawing, unsigned guest, enum op_kind kind)
{
    if (kind == OP_KILL) {
        return exit_of(drawing, guest);
    }
    if (kind == OP_EXEC || kind == OP_CONNECT || kind == OP_UNPLUG || kind == OP_BIND_PORT ||
        kind == OP_UNBIND_PORT) {
        return NOBODY;
    }
    return carrier_of[kind] == BY_OVSDB ? DATABASE : carrier_of[kind] == BY_WORLD ? KERNEL : NOBODY;
}

/* What the step (from 0) is done to, or NOBODY. */
static unsigned
target_of(const struct drawing *drawing, unsigned step)
{
    const struct walk *walk = drawing->walk;
    const struct event *event = &drawing->step[step].event;
    const struct actor actor = actor_at(walk->world, walk->step[step].actor);

    if (event->kind == EVENT_OPERATION || event->kind == EVENT_COMMIT || event->kind == EVENT_RUN) {
        return target_of_operation(drawing, actor.index, (enum op_kind)event->op.kind);
    }
    if (event->kind == EVENT_CREATE || event->kind == EVENT_DELETE || event->kind == EVENT_RENAME) {
        return KERNEL;
    }
    return event->kind == EVENT_DELETE_PORT || event->kind == EVENT_SET_TAGS ? DATABASE : NOBODY;
}

/* ---- the diagram ---- */

static void
write_participant(const struct diagram *diagram, unsigned line, const char *text)
{
    char name[16];

    if (diagram->there[line]) {
        fprintf(diagram->out, "    participant %s as ", lifeline(line, name));
        write_text(diagram->out, text);
        putc('\n', diagram->out);
    }
}

/* The daemons' threads first, and the kernel and the database before those that work on them. */
static void
write_participants(const struct diagram *diagram)
{
    const struct walk *walk = diagram->drawing->walk;
    char name[WALK_ACTOR_SIZE], text[WALK_ACTOR_SIZE + 16];
    bool kernel = false, database = false;

    for (unsigned i = 0; i < diagram->drawing->lanes; i++) {
        const unsigned line = diagram->drawing->lane[i];
        const enum actor_kind kind = actor_at(walk->world, line).kind;

        if (!kernel && kind >= ACTOR_KERNEL) {
            write_participant(diagram, KERNEL, "kernel");
            kernel = true;
        }
        if (!database && kind >= ACTOR_VSWITCHD) {
            write_participant(diagram, DATABASE, "OVSDB");
            database = true;
        }
        walk_actor_name(walk->scenario, walk->world, line, name);
        snprintf(text, sizeof text, "%s%s", kind == ACTOR_THREAD ? "daemon for " : "", name);
        write_participant(diagram, line, text);
    }
    if (!kernel) {
        write_participant(diagram, KERNEL, "kernel");
    }
    if (!database) {
        write_participant(diagram, DATABASE, "OVSDB");
    }
}

/* The lifeline of the guest's thread, if the text says that it goes on; or NOBODY. */
static unsigned
who_goes_on(const struct diagram *diagram, const char *text, size_t length)
{
    const struct walk *walk = diagram->drawing->walk;
    const size_t behind = strlen(" goes on");

    for (unsigned guest = 0; guest < walk->world->guests; guest++) {
        const char *name = walk->scenario->guest[guest].name;

        if (length == strlen(name) + behind && memcmp(text, name, strlen(name)) == 0 &&
            memcmp(text + strlen(name), " goes on", behind) == 0) {
            return diagram->there[guest] ? guest : NOBODY; /* threads are the first actors */
        }
    }
    return NOBODY;
}

/* What has changed: an arrow to each that goes on, and a note of the rest. */
static void
write_change(const struct diagram *diagram, unsigned actor, unsigned target, const char *change)
{
    char rest[NARRATE_CHANGE_SIZE] = "", from[16], to[16];

    for (size_t length; *change != '\0'; change += length, change += strspn(change, "; ")) {
        const char *end = strstr(change, "; ");
        unsigned on;

        length = end == NULL ? strlen(change) : (size_t)(end - change);
        on = who_goes_on(diagram, change, length);
        if (on == NOBODY) {
            print_append(rest, sizeof rest, "%s%.*s", rest[0] == '\0' ? "" : "; ", (int)length,
                         change);
        } else {
            fprintf(diagram->out, "    %s-->>%s: goes on\n", lifeline(actor, from),
                    lifeline(on, to));
        }
    }
    if (rest[0] != '\0') {
        fprintf(diagram->out, "    Note over %s: ", lifeline(target, to));
        write_note(diagram->out, rest);
        putc('\n', diagram->out);
    }
}

/* The lifeline of the guest whose the oracle's violations are that the step has brought, if they
 * are one guest's; or else `line`. */
static unsigned
lifeline_of_victim(const struct diagram *diagram, unsigned step, enum oracle oracle, unsigned line)
{
    const struct walk *walk = diagram->drawing->walk;
    unsigned found = NOBODY;

    for (unsigned i = 0; i < walk->victims; i++) {
        const struct walk_victim *victim = &walk->victim[i];
        const uint8_t owner = victim->is.owner;

        if (victim->step == step && victim->is.oracle == oracle && owner > 0 &&
            owner <= world_nics(walk->world)) {
            const unsigned guest = world_guest(walk->world, owner - 1u);

            if (found != NOBODY && found != guest) {
                return line;
            }
            found = guest;
        }
    }
    return found != NOBODY && diagram->there[found] ? found : line;
}

/* A note about the victims that the step (from 1; 0: the initial state) has brought, over who did
 * it and whose it is. */
static void
write_victims(const struct diagram *diagram, unsigned step, unsigned line)
{
    char whose[REPORT_VICTIMS_SIZE], text[REPORT_VICTIMS_SIZE + 64], names[2][16];

    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if (report_step_victims(diagram->drawing->walk, step, oracle, whose)) {
            const unsigned victim = lifeline_of_victim(diagram, step, oracle, line);

            snprintf(text, sizeof text, "violated: %s of %s", oracle_name(oracle), whose);
            fprintf(diagram->out, "    rect rgba(220, 30, 30, 0.25)\n    Note over %s%s%s: ",
                    lifeline(line, names[0]), victim == line ? "" : ",",
                    victim == line ? "" : lifeline(victim, names[1]));
            write_note(diagram->out, text);
            fputs("\n    end\n", diagram->out);
        }
    }
}

static void
begin_window(const struct diagram *diagram)
{
    const unsigned late = diagram->drawing->window.late;
    char text[DRAWING_WINDOW_SIZE], line[16];

    drawing_window_text(diagram->drawing, text);
    fprintf(diagram->out, "    rect rgba(240, 180, 0, 0.2)\n    Note over %s: ",
            lifeline(diagram->drawing->walk->step[late - 1].actor, line));
    write_note(diagram->out, text);
    putc('\n', diagram->out);
}

static void
write_step(const struct diagram *diagram, unsigned index)
{
    const struct walk_step *step = &diagram->drawing->walk->step[index];
    const unsigned target = target_of(diagram->drawing, index);
    const unsigned to = target == NOBODY ? step->actor : target;
    char names[2][16];

    if (diagram->drawing->window.first == index + 1) {
        begin_window(diagram);
    }
    fprintf(diagram->out, "    %s->>%s: %u ", lifeline(step->actor, names[0]),
            lifeline(to, names[1]), index + 1);
    write_text(diagram->out, step->text);
    putc('\n', diagram->out);
    write_change(diagram, step->actor, to, step->change);
    write_victims(diagram, index + 1, step->actor);
    if (diagram->drawing->window.last == index + 1) {
        fputs("    end\n", diagram->out);
    }
}

/* The command that replays it, for those who read the text. */
static bool
write_comments(FILE *out, const struct drawing *drawing)
{
    struct text text;
    FILE *memory = text_open(&text);

    if (memory == NULL) {
        return false;
    }
    print_into(memory, COMMENT_WIDTH);
    drawing_print_replay(drawing);
    print_into(NULL, 0);
    if (!text_close(memory, &text)) {
        return false;
    }
    for (const char *at = text.bytes; *at != '\0'; at += strcspn(at, "\n"), at += *at == '\n') {
        fputs("    %%", out);
        write_part(out, at, strcspn(at, "\n"), in_comments);
        putc('\n', out);
    }
    free(text.bytes);
    return true;
}

bool
draw_mermaid(FILE *out, const struct drawing *drawing)
{
    struct diagram diagram = {.out = out, .drawing = drawing};
    const struct walk *walk = drawing->walk;

    diagram.there[KERNEL] = drawing->lanes == 0; /* a diagram has a lifeline */
    for (unsigned i = 0; i < drawing->lanes; i++) {
        diagram.there[drawing->lane[i]] = true;
    }
    for (unsigned i = 0; i < walk->length; i++) {
        diagram.there[target_of(drawing, i)] = true;
    }
    diagram.there[NOBODY] = false;
    fputs("sequenceDiagram\n", out);
    if (!write_comments(out, drawing)) {
        return false;
    }
    fputs("    title ", out);
    write_text(out, walk->scenario->title);
    fputs(", under ", out);
    write_text(out, drawing->policy);
    putc('\n', out);
    write_participants(&diagram);
    write_victims(&diagram, 0, drawing->lanes == 0 ? KERNEL : drawing->lane[0]);
    for (unsigned i = 0; i < walk->length; i++) {
        write_step(&diagram, i);
    }
    if (ftell(out) > MOST_BYTES) {
        fprintf(stderr,
                "tapweave: note: the diagram has %ld bytes, and Mermaid shows %d if it is not told "
                "otherwise (maxTextSize)\n",
                ftell(out), MOST_BYTES);
    }
    return true;
}
