/* A host that is alive: see live.h. */
#include "harness/live/live.h"

#include "harness/live/routed.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#define MILLISECOND INT64_C(1000)
#define AN_HOUR (3600000 * MILLISECOND) /* of one poll(2) */
#define ANSWER (10000 * MILLISECOND)    /* a database that has not answered never will */
#define AGAIN (200 * MILLISECOND)       /* until the next try, of a connection that is lost */

static int64_t
clock_at(clockid_t clock)
{
    struct timespec time;

    clock_gettime(clock, &time);
    return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

int64_t
live_now(void)
{
    return clock_at(CLOCK_MONOTONIC);
}

/* The two clocks are compared anew, but for what they differ by from one reading to the next: so
 * that a finding has one time whenever it is told. */
static void
compare_clocks(struct live *live)
{
    const int64_t date = clock_at(CLOCK_REALTIME) - live_now();

    if (date - live->date > MILLISECOND || live->date - date > MILLISECOND) {
        live->date = date;
    }
}

static void
note(struct live *live, enum live_kind kind)
{
    if (live->pendings < LIVE_PENDINGS) {
        live->pending[live->pendings++] = kind;
    }
}

static bool
no_memory(struct diagnostic *diagnostic)
{
    return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
}

/* Has the ledger take what has been read. */
static bool
take_record(struct live *live, struct diagnostic *diagnostic)
{
    bool whole = true;

    for (size_t i = 0; whole && i < live->record.count; i++) {
        whole = ledger_take(live->ledger, &live->record.event[i]);
    }
    live->record.count = 0;
    return whole || no_memory(diagnostic);
}

/* The record is a list of all of one kind. */
static bool
take_list(struct live *live, enum ledger_kind kind, int64_t now, struct diagnostic *diagnostic)
{
    ledger_list(live->ledger, kind, live->quiet);
    if (kind == LEDGER_DEVICE) {
        taps_said(&live->taps, 0);
    }
    return take_record(live, diagnostic) &&
           (ledger_listed(live->ledger, kind, now) || no_memory(diagnostic));
}

static bool
list_links(struct live *live, int64_t now, struct diagnostic *diagnostic)
{
    const int error = links_list(now, &live->record);

    if (error != 0) {
        return diagnose(diagnostic, EXIT_MISSING, NULL, 0, 0, "devices cannot be listed: %s",
                        strerror(error));
    }
    if (!take_list(live, LEDGER_DEVICE, now, diagnostic)) {
        return false;
    }
    live->quiet = now;
    return true;
}

/* Takes what the kernel has told. */
static bool
follow_links(struct live *live, int64_t now, struct diagnostic *diagnostic)
{
    const int error = links_read(&live->links, now, &live->record);

    if (error == ENOBUFS) {
        note(live, LIVE_DEVICES_AGAIN);
        return list_links(live, now, diagnostic);
    }
    if (error != 0) {
        return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0,
                        "the kernel's messages about devices cannot be read: %s", strerror(error));
    }
    live->quiet = now;
    for (size_t i = 0; i < live->record.count; i++) {
        taps_said(&live->taps, live->record.event[i].index);
    }
    return take_record(live, diagnostic);
}

static void
note_lost(struct live *live)
{
    if (live->follows) {
        note(live, LIVE_DATABASE_LOST);
    }
    live->follows = false;
    live->again = live_now() + AGAIN;
}

/* Takes what the database has told, and has been received. */
static bool
follow_database(struct live *live, int64_t now, struct diagnostic *diagnostic)
{
    enum database_took took;

    while ((took = database_take(&live->database, now, &live->record)) != DATABASE_NOTHING) {
        if (took == DATABASE_LOST) {
            note_lost(live);
            live->record.count = 0;
            return true;
        }
        if (took == DATABASE_LIST) {
            if (!take_list(live, LEDGER_ROW, now, diagnostic)) {
                return false;
            }
            live->follows = true;
            note(live, LIVE_DATABASE_AGAIN);
        } else if (!take_record(live, diagnostic)) {
            return false;
        }
    }
    return true;
}

/* Waits until something can be read, or that time has come. */
static bool
wait_for(struct live *live, int64_t until, struct diagnostic *diagnostic)
{
    struct pollfd ready[] = {{.fd = live->signals, .events = POLLIN},
                             {.fd = links_descriptor(&live->links), .events = POLLIN},
                             {.fd = live->database.fd, .events = POLLIN}};
    int64_t left = until - live_now();

    left = left < 0 ? 0 : left > AN_HOUR ? AN_HOUR : left;
    if (poll(ready, 3, (int)(left / MILLISECOND) + 1) < 0 && errno != EINTR) {
        return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "poll: %s", strerror(errno));
    }
    live->ended = live->ended || (ready[0].revents & POLLIN) != 0;
    return true;
}

/* Reads what there is.  The database's bytes come first, and are taken last: of all that it has
 * told by now it is known which devices were there before. */
static bool
follow(struct live *live, struct diagnostic *diagnostic)
{
    int64_t now;

    if (!live->database.connected && live_now() >= live->again) {
        database_connect(&live->database);
        live->again = live_now() + AGAIN;
    }
    if (!database_receive(&live->database)) {
        note_lost(live);
    }
    now = live_now();
    return follow_links(live, now, diagnostic) && follow_database(live, now, diagnostic);
}

/* Whether a finding of the ledger's is told: a tap which is routed is in no want of a port.  That
 * is asked of the kernel when it would be told. */
static bool
is_told(struct live *live, int64_t now, const struct ledger_finding *finding,
        struct diagnostic *diagnostic)
{
    struct routed device = {.index = finding->event.index};

    if (finding->what != LEDGER_NO_PORT) {
        return true;
    }
    if (finding->told) {
        taps_over(&live->taps, finding);
        return true;
    }
    routed_ask(&device, 1);
    if (finding->until == LEDGER_FOR_EVER) {
        if (!taps_add(&live->taps, finding, device.is, now)) {
            no_memory(diagnostic);
        }
        if (device.is) {
            ledger_withdraw(live->ledger, finding);
        }
    }
    return !device.is;
}

/* What there is to tell; false if there is nothing. */
static bool
find(struct live *live, int64_t now, struct ledger_finding *finding, struct diagnostic *diagnostic)
{
    while (ledger_tell(live->ledger, now, finding)) {
        if (is_told(live, now, finding, diagnostic)) {
            return true;
        }
    }
    return false;
}

/* Asks once more which taps are routed, if it is time for that; so the ledger has something to tell
 * then.  All that it had to tell by now has been told: the taps are those that it has. */
static bool
ask_again(struct live *live, struct diagnostic *diagnostic)
{
    const int64_t now = live_now();

    if (!live->follows || now < taps_next(&live->taps)) {
        return true;
    }
    if (!taps_ask(&live->taps, now, &live->record)) {
        return no_memory(diagnostic);
    }
    taps_asked(&live->taps, now, live_now());
    return take_record(live, diagnostic);
}

/* The same with what has happened to the watch itself. */
static bool
tell(struct live *live, struct live_news *news, struct diagnostic *diagnostic)
{
    const int64_t now = live_now();

    compare_clocks(live);
    *news = (struct live_news){.kind = LIVE_NOTHING, .at = now + live->date};
    if (live->pendings > 0) {
        news->kind = live->pending[0];
        live->pendings--;
        memmove(live->pending, live->pending + 1, live->pendings * sizeof *live->pending);
    } else if (live->follows && find(live, now, &news->finding, diagnostic)) {
        news->kind = LIVE_FINDING;
        authors_sign(&live->authors, &news->finding.event);
        memcpy(news->finding.guest, news->finding.event.guest, sizeof news->finding.guest);
        news->finding.event.at += live->date;
        news->finding.until += news->finding.until == LEDGER_FOR_EVER ? 0 : live->date;
    }
    return news->kind != LIVE_NOTHING;
}

static int64_t
least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

bool
live_next(struct live *live, int64_t until, struct live_news *news, struct diagnostic *diagnostic)
{
    while (!tell(live, news, diagnostic)) {
        int64_t next = until;

        if (live->ended) {
            news->kind = LIVE_ENDED;
            return true;
        }
        if (live_now() >= until) {
            return true;
        }
        if (!ask_again(live, diagnostic)) {
            return false;
        }
        next = live->follows ? least(next, ledger_next(live->ledger)) : next;
        next = live->follows ? least(next, taps_next(&live->taps)) : next;
        next = live->database.connected ? next : least(next, live->again);
        if (!wait_for(live, next, diagnostic) || !follow(live, diagnostic)) {
            return false;
        }
    }
    return diagnostic->status == EXIT_HOLDS;
}

/* Waits for the list of the database's ports. */
static bool
await_database(struct live *live, struct diagnostic *diagnostic)
{
    const int64_t deadline = live_now() + ANSWER;
    bool whole = true;

    database_connect(&live->database);
    while (whole && !live->follows && live->database.connected && !live->ended &&
           live_now() < deadline) {
        whole = wait_for(live, deadline, diagnostic) && follow(live, diagnostic);
    }
    live->pendings = 0;
    return whole &&
           (live->follows ||
            diagnose(diagnostic, EXIT_MISSING, NULL, 0, 0,
                     "needs a database of Open vSwitch: %s: %s", live->database.path,
                     live->database.connected ? "it does not answer" : live->database.why));
}

static bool
open_journal(struct live *live, const char *journal, struct diagnostic *diagnostic)
{
    const int error = journal == NULL ? 0 : authors_open(&live->authors, journal);

    return error == 0 || diagnose(diagnostic, EXIT_BAD_INPUT, journal, 0, 0, "cannot be read: %s",
                                  strerror(error));
}

bool
live_open(struct live *live, const char *database, const char *journal,
          struct diagnostic *diagnostic)
{
    sigset_t ends;

    *live = (struct live){.database = {.path = database, .fd = -1}, .signals = -1};
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigprocmask(SIG_BLOCK, &ends, NULL);
    live->signals = signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK);
    live->ledger = ledger_open(true);
    if (live->ledger == NULL || live->signals < 0) {
        no_memory(diagnostic);
    }
    compare_clocks(live);
    if (diagnostic->status == EXIT_HOLDS && open_journal(live, journal, diagnostic) &&
        links_open(&live->links, diagnostic) && list_links(live, live_now(), diagnostic) &&
        await_database(live, diagnostic)) {
        return true;
    }
    live_close(live);
    return false;
}

void
live_close(struct live *live)
{
    links_close(&live->links);
    database_close(&live->database);
    authors_close(&live->authors);
    ledger_close(live->ledger);
    taps_close(&live->taps);
    record_free(&live->record);
    if (live->signals >= 0) {
        close(live->signals);
    }
}
