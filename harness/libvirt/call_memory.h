/* The memory of a thread that is stopped in a call, and the text that is made of it. */
#ifndef TAPWEAVE_HARNESS_LIBVIRT_CALL_MEMORY_H
#define TAPWEAVE_HARNESS_LIBVIRT_CALL_MEMORY_H

#include "harness/libvirt/call.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Reads `size` bytes, or as many as there are: how many. */
size_t call_memory(pid_t thread, uint64_t address, void *to, size_t size);

/* Reads a string, cut to `size` with its NUL; "" if there is none. */
void call_string(pid_t thread, uint64_t address, char *text, size_t size);

/* Adds to a call's text, as printf; what does not fit is cut. */
void call_add(struct call *call, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
