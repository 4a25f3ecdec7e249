/* SIGINT as a request: see interrupt.h. */
#include "harness/interrupt.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>

_Static_assert(ATOMIC_BOOL_LOCK_FREE == 2, "a signal handler may set it");

static atomic_bool came;

static void
note(int number)
{
    (void)number;
    atomic_store(&came, true);
}

void
interrupt_catch(void)
{
    struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART | (int)SA_RESETHAND};
    struct sigaction before;

    if (sigaction(SIGINT, NULL, &before) == 0 && before.sa_handler == SIG_DFL) {
        sigaction(SIGINT, &action, NULL);
    }
}

void
interrupt_release(void)
{
    struct sigaction now;

    if (sigaction(SIGINT, NULL, &now) == 0 && now.sa_handler == note) {
        now.sa_handler = SIG_DFL;
        sigaction(SIGINT, &now, NULL);
    }
}

bool
interrupt_came(void)
{
    return atomic_load(&came);
}
