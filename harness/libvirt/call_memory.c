/* The memory of a thread: see call_memory.h. */
#define _GNU_SOURCE /* process_vm_readv */
#include "harness/libvirt/call_memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>

enum { PAGE = 4096 };

size_t
call_memory(pid_t thread, uint64_t address, void *to, size_t size)
{
    struct iovec local = {to, size}, remote = {NULL, size};
    ssize_t got;

    memcpy(&remote.iov_base, &address, sizeof remote.iov_base); /* a pointer, but not of ours */
    got = process_vm_readv(thread, &local, 1, &remote, 1, 0);

    return got < 0 ? 0 : (size_t)got;
}

/* It is read up to the end of a page at most: behind that there may be nothing. */
void
call_string(pid_t thread, uint64_t address, char *text, size_t size)
{
    size_t used = 0;

    memset(text, 0, size);
    while (used < size - 1 && memchr(text, '\0', used) == NULL) {
        size_t part = PAGE - (size_t)((address + used) % PAGE), got;

        part = part < size - 1 - used ? part : size - 1 - used;
        got = call_memory(thread, address + used, text + used, part);
        if (got == 0) {
            break;
        }
        used += got;
    }
}

void
call_add(struct call *call, const char *format, ...)
{
    size_t used = strlen(call->text);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(call->text + used, sizeof call->text - used, format, arguments);
    va_end(arguments);
}
