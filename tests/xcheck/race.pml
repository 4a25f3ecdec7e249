/*
 * The race of mail 000, written by hand for SPIN: guests stop and start on one Open vSwitch bridge
 * of a system datapath, and each has one tap, vnet%d. It shares no code with tapweave: it is an
 * independent opinion of tapweave's search, and of its model, as docs/model.md and the pages named
 * there describe it. "facts" is docs/facts.md, where the mails are listed, too.
 *
 *     spin -a -DPOLICY=LIBVIRT_6_6 -DGUESTS=2 -DRUNNING=1 -DDO_0=stop -DDO_1=start race.pml
 *     cc -O2 -DSAFETY -DNOREDUCE -o pan pan.c
 *     ./pan -A             # counts alone: no oracle is looked at
 *     ./pan -c0            # all oracles, in one run: it does not end at the first violation
 *
 * A d_step is a step of one of tapweave's actors, and a state holds what one of tapweave's does. So
 * tapweave's counts are SPIN's, less what SPIN has on top:
 *     states       "states, stored", less 1: what there is before init has set up the host
 *     transitions  "transitions (= stored+matched)", less 2: that of init; and the first state is
 *                  stored, but no transition leads to it
 *
 * pan names an oracle of docs/oracles.md: "assertion violated !(lost_attachment)". Its "invalid end
 * state" is `deadlock`. With -DLASTING, "!(lasting_lost_attachment)" is of last states, and each of
 * them has a transition more.
 */

/* Policies (docs/policies.md). */
#define LIBVIRT_6_6  0
#define MAC_CHECK    1 /* the patch that mail 000 answers */
#define REATTACH     2 /* mail 000, option A */
#define EXISTS_CHECK 3 /* mail 000, option B */
#define ATOMIC       4 /* mail 000, option C */
#define COUNTER      5 /* mail 001 */
#define OWNER_DELETE 6 /* facts 3, "Compare-and-delete that works" */
#ifndef POLICY
#define POLICY LIBVIRT_6_6
#endif
#ifndef GUESTS
#define GUESTS 2     /* 1 to 6 */
#endif
#ifndef RUNNING
#define RUNNING 1    /* the first ones, which run from the beginning: they begin with a stop */
#endif
#ifndef NAMES
#define NAMES GUESTS /* names that there may be. COUNTER needs one more for each start, up to 12 */
#endif

/* What is done to guest g: DO_g is stop, start, or one of these. */
#define restart(g)    stop(g); start(g)
#define start_stop(g) start(g); stop(g)

/*
 * The state. Where 0 stands for nobody, a guest g is written as g + 1. A name is the number behind
 * "vnet". What refers to a tap or a row ends with it, and leaves nothing to the next of that name.
 */
#define NONE 15                                    /* no name */
mtype:life = { absent, running, exiting, closed }; /* absent: not there yet, or gone */

typedef device_name {
    unsigned tap : 3;  /* the guest whose tap has this name */
    unsigned mac : 3;  /* the guest whose MAC it has; at first, nobody's */
    bit up;            /* IFF_UP */
    bit port;          /* the datapath has a live port of this name */
    unsigned row : 3;  /* OVSDB has a row of this name: the guest whose start wrote it */
};

typedef domain {
    unsigned name : 4; /* what the daemon takes for its tap's name, and does all by */
    bit waits;         /* its thread has called ovs-vsctl, which waits for ovs-vswitchd */
    bit told;          /* REATTACH: this start has added a port, and so was told the row's UUID */
    mtype:life qemu;
};

device_name vnet[NAMES];
domain guest[GUESTS];
byte next_number;      /* of COUNTER */
bit mutex;             /* of ATOMIC */

/* Scratch, and no part of the state. */
hidden byte n, i;
hidden int seen;
hidden byte lost_attachment, lasting_lost_attachment, foreign_delete, duplicate_name;
hidden byte start_failed, spurious_error;

/* EACH(3, p, ||) is p(0) || p(1) || p(2): Promela has no loops in expressions or over options. */
#define EACH1(p, with)  p(0)
#define EACH2(p, with)  EACH1(p, with) with p(1)
#define EACH3(p, with)  EACH2(p, with) with p(2)
#define EACH4(p, with)  EACH3(p, with) with p(3)
#define EACH5(p, with)  EACH4(p, with) with p(4)
#define EACH6(p, with)  EACH5(p, with) with p(5)
#define EACH7(p, with)  EACH6(p, with) with p(6)
#define EACH8(p, with)  EACH7(p, with) with p(7)
#define EACH9(p, with)  EACH8(p, with) with p(8)
#define EACH10(p, with) EACH9(p, with) with p(9)
#define EACH11(p, with) EACH10(p, with) with p(10)
#define EACH12(p, with) EACH11(p, with) with p(11)
#define EACH_OF(count, p, with) EACH##count(p, with)
#define EACH(count, p, with)    EACH_OF(count, p, with)

/* ---- Oracles (docs/oracles.md) ---- */

/* Its QEMU runs from the end of a start to the beginning of a stop. A tap without a port is cut off
 * for good if there is no row, from which ovs-vswitchd would make one. */
#define HAS(g)  vnet[guest[g].name]
#define LOST(g) (guest[g].qemu == running && \
                 (HAS(g).tap != g + 1 || !HAS(g).up || (!HAS(g).port && HAS(g).row == 0)))

inline judge() { /* at the end of every step */
    lost_attachment = EACH(GUESTS, LOST, ||);
    duplicate_name = 0; seen = 0; i = 0;
    do
    :: i < GUESTS && guest[i].name != NONE ->
        duplicate_name = duplicate_name || ((seen >> guest[i].name) & 1);
        seen = seen | (1 << guest[i].name);
        i++
    :: i < GUESTS && guest[i].name == NONE -> i++
    :: else -> break
    od;
    assert(!lost_attachment);
    assert(!duplicate_name)
}

inline judge_deletion(g) { /* before a row goes, or is replaced */
    foreign_delete = HAS(g).row != 0 && HAS(g).row != g + 1 && HAS(g).tap == HAS(g).row;
    assert(!foreign_delete)
}

inline judge_start(g) { /* what it does by the tap's name fails if the tap has gone */
    start_failed = HAS(g).tap != g + 1;
    assert(!start_failed)
}

/* ---- The daemon's thread for a guest (docs/model.md, "Start" and "Stop") ---- */

/* It has no step while its call waits, or its kill: that waits until there is no process. */
#define READY(g) (!guest[g].waits && (guest[g].qemu == absent || guest[g].qemu == running))
#define STEP(g, condition, effect) d_step { READY(g) && (condition) -> effect; judge() }

/* Mail 000, option C: "mutually exclusive with virNetDevTapCreate()". */
#if POLICY == ATOMIC
#define LOCK(g)   STEP(g, !mutex, mutex = 1);
#define UNLOCK(g) STEP(g, true, mutex = 0);
#else
#define LOCK(g)
#define UNLOCK(g)
#endif

inline create_tap(g) {
#if POLICY == COUNTER /* pick-name, lookup and create-tap: no other software has such a name */
    STEP(g, true, assert(next_number < NAMES); guest[g].name = next_number; next_number++);
    STEP(g, true, assert(HAS(g).tap == 0));
    STEP(g, true, assert(HAS(g).tap == 0); HAS(g).tap = g + 1)
#else
    STEP(g, true,
#ifdef WRONG_NAME /* not so: the highest free number */
         n = NAMES - 1; do :: vnet[n].tap != 0 -> n-- :: else -> break od;
#else /* facts 4: "%d is the lowest free index over all names in the namespace" */
         n = 0; do :: vnet[n].tap != 0 -> n++ :: else -> break od;
#endif
         vnet[n].tap = g + 1;
         guest[g].name = n)
#endif
}

/* ONE transaction, "--if-exists del-port IF -- add-port BR IF": facts 1a, S5. */
inline add_port(g) {
    STEP(g, true,
         judge_deletion(g);
         HAS(g).row = g + 1;
         guest[g].waits = 1;
         guest[g].told = (POLICY == REATTACH))
}

/* "--if-exists del-port IF", whoever has that name by now: facts 1b, step 10. ovs-vsctl waits only
 * if it has changed something. OWNER_DELETE removes the port of the UUID that its start was told.
 * No row of its guest's earlier starts is left by then: each stop has deleted its own. */
inline del_port(g) {
#ifdef WRONG_DELETE /* not so: nothing is deleted */
    STEP(g, true, skip)
#else
    STEP(g, true,
         if
         :: HAS(g).row == g + 1 || (HAS(g).row != 0 && POLICY != OWNER_DELETE) ->
             judge_deletion(g); HAS(g).row = 0; guest[g].waits = 1
         :: else
         fi)
#endif
}

/* get-master: ovs-system is its master, and on a bridge it is by its row (facts 1e). */
#define ON_BRIDGE(g) (HAS(g).port && HAS(g).row != 0)

inline start(g) {
    LOCK(g)
    create_tap(g);
    UNLOCK(g)
    STEP(g, true, judge_start(g); HAS(g).mac = g + 1);     /* set-mac */
#if POLICY == REATTACH
    if
    :: STEP(g, ON_BRIDGE(g), skip)
    :: STEP(g, !ON_BRIDGE(g), skip); add_port(g)
    fi;
#else
    add_port(g);
#endif
    STEP(g, true, judge_start(g); HAS(g).up = 1);          /* link-up */
    STEP(g, true, judge_start(g); guest[g].qemu = running) /* exec */
}

/* A stop keeps the port if a device of that name is there, or one of another MAC. virNetDevGetMAC()
 * "will actually *log* an error" where there is none (mail 000). */
#if POLICY == EXISTS_CHECK || POLICY == ATOMIC
#define KEEPS(g) (HAS(g).tap != 0)                         /* lookup */
#define LOGS(g)  skip
#elif POLICY == MAC_CHECK
#define KEEPS(g) (HAS(g).tap != 0 && HAS(g).mac != g + 1)  /* get-mac */
#define LOGS(g)  spurious_error = HAS(g).tap == 0; assert(!spurious_error)
#endif

inline end_stop(g) {
    UNLOCK(g)
    STEP(g, true, guest[g].told = 0; guest[g].name = NONE) /* release */
}

inline stop(g) {
    STEP(g, true, guest[g].qemu = exiting);                /* kill */
    LOCK(g)
#ifdef KEEPS /* the answer is in the state until the stop has ended (docs/model.md, "States") */
    if
    :: STEP(g, KEEPS(g), skip); end_stop(g)
    :: STEP(g, !KEEPS(g), LOGS(g)); del_port(g); end_stop(g)
    fi
#else
    del_port(g); end_stop(g)
#endif
}

/* ---- The other actors ---- */
/* The two halves of a process's end: its descriptors are closed, and with them the tap and its port
 * go (facts 4, "Death of a process"; 3, "Kernel dp, tap unregisters"). Then there is ESRCH. */
#define ENDS(g) \
    :: d_step { \
        guest[g].qemu == exiting -> \
        n = 0; do :: vnet[n].tap != g + 1 -> n++ :: else -> break od; \
        vnet[n].tap = 0; vnet[n].mac = 0; vnet[n].up = 0; vnet[n].port = 0; \
        guest[g].qemu = closed; \
        judge() \
    } \
    :: d_step { guest[g].qemu == closed -> guest[g].qemu = absent; judge() }

proctype kernel() {
end:
    do EACH(GUESTS, ENDS, ) od
}

/* It opens the device of every row BY NAME (facts 3, "Auto re-bind"). It does so when somebody
 * waits for it, or when something would change by that. */
#define WAITS(g)   guest[g].waits
#define BOUND(n)   (vnet[n].row != 0 && vnet[n].tap != 0)
#define CHANGES(n) vnet[n].port != BOUND(n)

proctype ovs_vswitchd() {
end:
    do
    :: d_step {
        EACH(GUESTS, WAITS, ||) || EACH(NAMES, CHANGES, ||) ->
        n = 0; do :: n < NAMES -> vnet[n].port = BOUND(n); n++ :: else -> break od;
        n = 0; do :: n < GUESTS -> guest[n].waits = 0; n++ :: else -> break od;
        judge()
    }
#ifdef LASTING /* timeout: nobody can step */
    :: atomic {
        timeout ->
        lasting_lost_attachment = EACH(GUESTS, LOST, ||);
        assert(!lasting_lost_attachment)
    }
#endif
    od
}

#define THREAD(g) proctype thread_##g() { DO_##g(g); end: false }
#define RUN(g)    run thread_##g();
EACH(GUESTS, THREAD, )

init {
    atomic {
        n = 0;
        do
        :: n < RUNNING ->
            guest[n].name = n; guest[n].qemu = running; guest[n].told = (POLICY == REATTACH);
            vnet[n].tap = n + 1; vnet[n].mac = n + 1; vnet[n].up = 1;
            vnet[n].row = n + 1; vnet[n].port = 1;
            n++
        :: n >= RUNNING && n < GUESTS -> guest[n].name = NONE; guest[n].qemu = absent; n++
        :: else -> break
        od;
        next_number = (POLICY == COUNTER -> RUNNING : 0);
        EACH(GUESTS, RUN, )
        run kernel();
        run ovs_vswitchd()
    }
}
