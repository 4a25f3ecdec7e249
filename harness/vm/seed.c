/* What a virtual machine begins with: see seed.h. */
#define _GNU_SOURCE /* dl_iterate_phdr, environ */
#include "harness/vm/seed.h"

#include "harness/text.h"
#include "harness/vm/inside.h"

#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Adds one of the files that this program has been put together from at its start. */
static int
add_library(struct dl_phdr_info *info, size_t size, void *context)
{
    struct archive *archive = context;
    const char *name = strrchr(info->dlpi_name, '/');
    char path[PATH_MAX];

    (void)size;
    if (name == NULL) {
        return 0; /* the program itself, and what the kernel has put there */
    }
    /* The loader is where the program says; the others, where the loader looks by itself. */
    snprintf(path, sizeof path, "%s%s", strncmp(name, "/ld-", 4) == 0 ? "" : "/lib",
             strncmp(name, "/ld-", 4) == 0 ? info->dlpi_name : name);
    return !archive_add_file(archive, path, info->dlpi_name);
}

/* Adds words, each with a NUL behind it, as a file; `more` is the last of them, or NULL. */
static bool
add_words(struct archive *archive, const char *path, const char *const *words, const char *more)
{
    struct text text;
    FILE *file = text_open(&text);
    bool added;

    for (; file != NULL && *words != NULL; words++) {
        fwrite(*words, 1, strlen(*words) + 1, file);
    }
    if (file != NULL && more != NULL) {
        fwrite(more, 1, strlen(more) + 1, file);
    }
    if (!text_close(file, &text)) {
        return diagnose(archive->diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
    }
    added = archive_add(archive, path, text.bytes, text.size);
    free(text.bytes);
    return added;
}

static bool
add_environment(struct archive *archive, const struct accelerator *accelerator)
{
    char text[ACCELERATOR_WHY + 64];

    snprintf(text, sizeof text, INSIDE_ACCELERATOR "=%s%s%s%s", accelerator->name,
             accelerator->why[0] == '\0' ? "" : " (", accelerator->why,
             accelerator->why[0] == '\0' ? "" : ")");
    return add_words(archive, INSIDE_ENVIRONMENT, (const char *const *)environ, text);
}

int
seed_fill(struct archive *archive, const struct machine_task *task, const struct kernel *kernel,
          const struct accelerator *accelerator)
{
    const char *const folder[] = {task->folder, NULL};

    return archive_add_file(archive, "/init", "/proc/self/exe") &&
                   dl_iterate_phdr(add_library, archive) == 0 &&
                   kernel_add_modules(kernel, archive) &&
                   add_words(archive, INSIDE_ARGUMENTS, task->arguments, NULL) &&
                   add_environment(archive, accelerator) &&
                   add_words(archive, INSIDE_FOLDER, folder, NULL)
               ? archive_end(archive)
               : -1;
}
