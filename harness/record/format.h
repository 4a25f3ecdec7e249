/* The formats that a record may have: a file, and a row of the table for each. */
#ifndef TAPWEAVE_HARNESS_RECORD_FORMAT_H
#define TAPWEAVE_HARNESS_RECORD_FORMAT_H

#include "harness/diagnostic.h"
#include "harness/record/record.h"

/* What a record is good for. */
enum record_role {
    RECORD_DATABASE, /* of Open vSwitch: it tells of rows */
    RECORD_LINKS,    /* it tells of devices */
    RECORD_LOG,      /* it says who did what */
};

struct record_format {
    enum record_role role;
    const char *id;                /* in JSON */
    const char *name;              /* in texts */
    const char *what;              /* which program writes it */
    const char *nothing;           /* what is not there in a file that says nothing */
    bool (*has)(const char *line); /* such a line is in this format, and in no other; of a long one
                                      its beginning */
    /* Reads the text, which ends with a NUL and may be changed.  False with a diagnostic, or
     * without one if there is no memory. */
    bool (*read)(struct record *record, char *text, size_t size, struct diagnostic *diagnostic);
};

enum {
    FORMAT_OVSDB,
    FORMAT_SHOW_LOG,
    FORMAT_LINKS,
    FORMAT_LIBVIRTD,
    FORMAT_HOOK,
    FORMAT_VSWITCHD,
    RECORD_FORMATS,
};
extern const struct record_format record_formats[RECORD_FORMATS];

/* The rows' functions. */
#define READER(name)                   \
    bool name##_has(const char *line); \
    bool name##_read(struct record *record, char *text, size_t size, struct diagnostic *diagnostic);
READER(ovsdb_file)
READER(show_log)
READER(link_text)
READER(libvirtd_log)
READER(hook_log)
READER(vswitchd_log)
#undef READER

enum { RECORD_MOST_BYTES = 256 << 20 /* of a file */ };

/* Reads a file, in the format given or, if that is NULL, in that of the first line which has one.
 * To be given to record_free; false with a diagnostic, and nothing to free, if it cannot be read,
 * or nothing in it is understood. */
bool record_read(struct record *record, const char *path, const struct record_format *format,
                 struct diagnostic *diagnostic);

#endif
