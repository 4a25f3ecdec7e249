/* The machines' tables are whole: what is left out of one is zero, and zero means something. */
#include "tests/unit/fixture.h"

static void
every_row_is_there(void **unused)
{
    (void)unused;
    for (int kind = MACHINE_START; kind < MACHINE_KINDS; kind++) {
        const struct machine_table *table = machine_table((enum machine_kind)kind);

        for (unsigned row = 0; row < table->states; row++) {
            if (table->state[row].name == NULL) {
                fail_msg("%s: no row behind %s", table->name,
                         row == 0 ? "nothing" : table->state[row - 1].name);
            }
        }
    }
}

/* There are as many places as rows (core/stop.c says so to the compiler), and no row has two. */
static void
an_order_has_every_row_once(void **unused)
{
    static const char *const policies[] = {"libvirt-6.6", "port-first"};
    const struct machine_table *table = machine_table(MACHINE_STOP);

    (void)unused;
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
        struct world world = world_under(policies[i]);
        struct context context = world_context(&world, A);
        const uint8_t *order = table->order(&context);

        for (uint8_t row = 0; row < table->states; row++) {
            if (memchr(order, row, table->states) == NULL) {
                fail_msg("%s: the order of a stop has no %s", policies[i], table->state[row].name);
            }
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_there),
        cmocka_unit_test(an_order_has_every_row_once),
    };

    return cmocka_run_group_tests_name("tables", tests, NULL, NULL);
}
