/* os.h - all that the runtime asks of the operating system.
 *
 * Thread   every call may come from any thread.
 * Errors   as each says; errno is never part of the answer, and the calls leave it changed.
 */
#ifndef RDL__OS_H
#define RDL__OS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OS_FOREVER INT64_MAX

/* Blocks while *word == expected, until somebody wakes it or the monotonic clock reaches
 * deadline_ns. May return at any time for no reason: callers loop. */
void rdl__os_wait(_Atomic uint32_t *word, uint32_t expected, int64_t deadline_ns);

/* Wakes at most n threads in rdl__os_wait on word. Never reads *word, which may be gone already. */
void rdl__os_wake(_Atomic uint32_t *word, int n);

int64_t rdl__os_monotonic_ns(void);

/* Zeroed, writable address space, committed on first touch. NULL when there is none. */
void *rdl__os_map(size_t bytes);
void rdl__os_unmap(void *addr, size_t bytes);

/* Gives the pages back; they read as zero afterwards. */
void rdl__os_discard(void *addr, size_t bytes);

enum os_guard { OS_GUARD_NONE, OS_GUARD_PAGES, OS_GUARD_MAPPING };

/* Makes any touch of the range a SIGSEGV. Page markers cost no mapping (Linux 6.13); a real mapping
 * is taken from the few the kernel allows. */
enum os_guard rdl__os_guard(void *addr, size_t bytes, bool may_split_mapping);

/* CPUs in the affinity mask, at least 1. */
unsigned rdl__os_cpus(void);

/* Starts a detached thread. false: no thread could be made. */
bool rdl__os_thread(void *(*fn)(void *), void *arg);

/* Threads of this process the kernel knows of; 0: cannot tell. */
unsigned rdl__os_thread_count(void);
bool rdl__os_is_initial_thread(void);
void rdl__os_yield_thread(void);
/* At least; the kernel adds its slack, about 50 us. */
void rdl__os_sleep(int64_t ns);

uint64_t rdl__os_random(void);

/* The stack of the calling thread. */
void rdl__os_stack(uintptr_t *lo, uintptr_t *hi);

/* Makes every other thread of this process pass a full memory barrier. */
void rdl__os_barrier_init(void);
void rdl__os_barrier(void);

/* Writes all of it, however often the kernel stops short. */
void rdl__os_write(int fd, const char *bytes, size_t n);

#endif
