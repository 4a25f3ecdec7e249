/* Folders of scenarios: what is in one, and where tapweave's own is. */
#ifndef TAPWEAVE_HARNESS_FOLDER_H
#define TAPWEAVE_HARNESS_FOLDER_H

#include "harness/diagnostic.h"

/* Paths of scenario files, in the order of their names' bytes. */
struct folder {
    char **path;
    unsigned count;
};

/* Lists the scenarios (*.yaml) of a folder; of tapweave's own if `path` is NULL: the one that the
 * environment's TAPWEAVE_SCENARIOS names; or ./scenarios; or the one of the repository or of the
 * installation that the program is run from.  To be given to folder_close.  False with a diagnostic
 * if there is none, or it cannot be read. */
bool folder_open(struct folder *folder, const char *path, struct diagnostic *diagnostic);
void folder_close(struct folder *folder);

/* The path of tapweave's own scenario of that name, with or without ".yaml", to be freed by the
 * caller; NULL if there is none, or the name has a folder in it. */
char *folder_find(const char *name);

#endif
