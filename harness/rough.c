/* Numbers that are only about right: see rough.h. */
#include "harness/rough.h"

#include <stdio.h>
#include <string.h>

/* What a unit is, of those below, and its word; the last one has no word. */
struct unit {
    double of;
    const char *word;
};

static const struct unit numbers[] = {
    {1e9, " billion"}, {1e6, " million"}, {1e3, " thousand"}, {0, ""}};
static const struct unit bytes[] = {{1e12, " TB"}, {1e9, " GB"}, {0, " MB"}};
static const struct unit times[] = {{86400, " days"}, {3600, " h"}, {60, " min"}, {0, " s"}};

/* The largest unit of which it is some. */
static const struct unit *
unit_of(const struct unit *units, double number, double some)
{
    while (units->of > 0 && number < some * units->of) {
        units++;
    }
    return units;
}

/* In so many units of which the last one is `one`, with two digits. */
static void
write_number(double number, const struct unit *unit, double one, char text[ROUGH_SIZE])
{
    const double of = number / (unit->of > 0 ? unit->of : one);
    double step = 1; /* a number is a multiple of that */

    while (of / step >= 99.5 && step < 1e15) {
        step *= 10;
    }
    snprintf(text, ROUGH_SIZE, unit->of > 0 && of < 9.95 ? "%.1f" : "%.0f",
             step > 1 ? step * (double)(long long)(of / step + 0.5) : of);
}

const char *
rough_number(double number, char text[ROUGH_SIZE])
{
    const struct unit *unit = unit_of(numbers, number, 0.995);
    char digits[ROUGH_SIZE];

    write_number(number, unit, 1, digits);
    snprintf(text, ROUGH_SIZE, "%.20s%s", digits, unit->word);
    return text;
}

/* Both, and the unit of the first one only if it is another; one, if they are the same. */
static const char *
range(const struct unit *low, const struct unit *high, const char *least, const char *most,
      char text[ROUGH_SIZE])
{
    if (low == high && strcmp(least, most) == 0) {
        snprintf(text, ROUGH_SIZE, "%.6s%s", most, high->word);
        return text;
    }
    snprintf(text, ROUGH_SIZE, "%.6s%s to %.6s%s", least, low == high ? "" : low->word, most,
             high->word);
    return text;
}

const char *
rough_numbers(double least, double most, char text[ROUGH_SIZE])
{
    const struct unit *low = unit_of(numbers, least, 0.995), *high = unit_of(numbers, most, 0.995);
    char from[ROUGH_SIZE], to[ROUGH_SIZE];

    write_number(least, low, 1, from);
    write_number(most, high, 1, to);
    return range(low, high, from, to, text);
}

const char *
rough_bytes(double least, double most, char text[ROUGH_SIZE])
{
    const struct unit *low = unit_of(bytes, least, 0.995), *high = unit_of(bytes, most, 0.995);
    char from[ROUGH_SIZE], to[ROUGH_SIZE];

    write_number(least < 1e6 ? 1e6 : least, low, 1e6, from);
    write_number(most < 1e6 ? 1e6 : most, high, 1e6, to);
    return range(low, high, from, to, text);
}

const char *
rough_time(double least, double most, char text[ROUGH_SIZE])
{
    const struct unit *low = unit_of(times, least, 2), *high = unit_of(times, most, 2);
    char from[ROUGH_SIZE], to[ROUGH_SIZE];

    snprintf(from, sizeof from, "%.0f", least / (low->of > 0 ? low->of : 1));
    snprintf(to, sizeof to, "%.0f", most / (high->of > 0 ? high->of : 1));
    return range(low, high, from, to, text);
}
