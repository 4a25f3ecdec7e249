/* How many runs of all are bad: see share.h. */
#include "harness/share.h"

#include "harness/print.h"

#include <stdio.h>

enum { EXACT_DIGITS = 9 /* of a number that is printed to the last digit */ };

const char *
share_text(const mpz_t bad, const mpz_t runs, const char *none, const char *all,
           char text[SHARE_SIZE])
{
    mpz_t permille;

    mpz_init(permille);
    mpz_mul_ui(permille, bad, 1000);
    mpz_fdiv_q(permille, permille, runs);
    if (mpz_sgn(bad) == 0 || mpz_cmp(bad, runs) == 0) {
        snprintf(text, SHARE_SIZE, "%s", mpz_sgn(bad) == 0 ? none : all);
    } else if (mpz_sgn(permille) == 0) {
        snprintf(text, SHARE_SIZE, "< 0.1 %%");
    } else {
        snprintf(text, SHARE_SIZE, "%lu.%lu %%", mpz_get_ui(permille) / 10,
                 mpz_get_ui(permille) % 10);
    }
    mpz_clear(permille);
    return text;
}

/* A number, in words if it has too many digits. */
static void
append_number(char *text, size_t size, const mpz_t number)
{
    char digits[64], rough[ROUGH_SIZE];

    if (mpz_sizeinbase(number, 10) <= EXACT_DIGITS) {
        print_append(text, size, "%s", mpz_get_str(digits, 10, number));
    } else {
        print_append(text, size, "%s", rough_number(mpz_get_d(number), rough));
    }
}

const char *
share_runs(const mpz_t bad, const mpz_t runs, char text[SHARE_RUNS_SIZE])
{
    text[0] = '\0';
    append_number(text, SHARE_RUNS_SIZE, bad);
    print_append(text, SHARE_RUNS_SIZE, " of ");
    append_number(text, SHARE_RUNS_SIZE, runs);
    return text;
}
