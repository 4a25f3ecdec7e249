/* A moment as logs write it: see moment.h. */
#define _DEFAULT_SOURCE /* timegm */
#include "harness/record/moment.h"

#include <ctype.h>
#include <stdio.h>
#include <time.h>

static bool
is_digit(char byte)
{
    return isdigit((unsigned char)byte) != 0;
}

/* So many digits, and no fewer, as a number in a range. */
static bool
take_number(const char **text, unsigned digits, int least, int most, int *number)
{
    int value = 0;

    for (unsigned i = 0; i < digits; i++) {
        if (!is_digit((*text)[i])) {
            return false;
        }
        value = value * 10 + ((*text)[i] - '0');
    }
    *text += digits;
    *number = value;
    return value >= least && value <= most;
}

static bool
take_byte(const char **text, char byte)
{
    return *(*text)++ == byte;
}

/* ".500739", in microseconds; 0 if there is none. */
static int
take_fraction(const char **text)
{
    int fraction = 0, unit = 100000;

    if ((**text != '.' && **text != ',') || !is_digit((*text)[1])) {
        return 0;
    }
    for ((*text)++; is_digit(**text); (*text)++) {
        fraction += (**text - '0') * unit;
        unit /= 10;
    }
    return fraction;
}

/* "Z", "+0100" or "+01:00", in seconds; 0 if there is none. */
static int
take_zone(const char **text)
{
    const char *zone = *text + 1;
    int hours, minutes;

    if (**text == 'Z') {
        (*text)++;
        return 0;
    }
    if ((**text != '+' && **text != '-') || !take_number(&zone, 2, 0, 23, &hours)) {
        return 0;
    }
    zone += *zone == ':';
    if (!take_number(&zone, 2, 0, 59, &minutes)) {
        return 0;
    }
    minutes = (hours * 60 + minutes) * (**text == '-' ? -60 : 60);
    *text = zone;
    return minutes;
}

bool
moment_take(const char **text, int64_t *at)
{
    const char *rest = *text;
    struct tm tm = {0};

    if (!take_number(&rest, 4, 1970, 9999, &tm.tm_year) || !take_byte(&rest, '-') ||
        !take_number(&rest, 2, 1, 12, &tm.tm_mon) || !take_byte(&rest, '-') ||
        !take_number(&rest, 2, 1, 31, &tm.tm_mday) || (*rest != 'T' && *rest != ' ')) {
        return false;
    }
    rest++;
    if (!take_number(&rest, 2, 0, 23, &tm.tm_hour) || !take_byte(&rest, ':') ||
        !take_number(&rest, 2, 0, 59, &tm.tm_min) || !take_byte(&rest, ':') ||
        !take_number(&rest, 2, 0, 60, &tm.tm_sec)) {
        return false;
    }
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    *at = (int64_t)timegm(&tm) * 1000000 + take_fraction(&rest);
    *at -= (int64_t)take_zone(&rest) * 1000000;
    *text = rest;
    return true;
}

const char *
moment_text(int64_t at, char text[MOMENT_SIZE])
{
    const int64_t within = (at % 1000000 + 1000000) % 1000000;
    const time_t seconds = (time_t)((at - within) / 1000000);
    struct tm tm = {0};
    size_t used;

    gmtime_r(&seconds, &tm);
    used = strftime(text, MOMENT_SIZE, "%Y-%m-%d %H:%M:%S", &tm);
    snprintf(text + used, MOMENT_SIZE - used, ".%06d", (int)within);
    return text;
}
