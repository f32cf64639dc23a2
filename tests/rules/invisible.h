/* invisible.h - order in time that the detector cannot see.
 *
 * A rule test must say "this came first" without saying it to the detector, else the test would
 * make the very edge whose absence it is about. mark(n) says that event n has happened, await(n)
 * waits until it has; give and take hand over a pointer likewise.
 *
 * Law  these functions carry no hooks and call nothing that emits an event: rdl_yield and
 * sched_yield order nothing [HB-GR-04]. They are not inlined into functions that carry hooks.
 * clang instruments the atomics of a no_sanitize("thread") function all the same; it has another
 * attribute for "no hooks at all", which gcc does not know. tests/style checks the result.
 */
#ifndef RADDLE_TESTS_INVISIBLE_H
#define RADDLE_TESTS_INVISIBLE_H

#include <sched.h>
#include <stddef.h>

#if defined(__clang__)
#define INVISIBLE __attribute__((disable_sanitizer_instrumentation, noinline, unused)) static
#else
#define INVISIBLE __attribute__((no_sanitize("thread"), noinline, unused)) static
#endif

enum { INVISIBLE_EVENTS = 64 };

static int invisible__happened[INVISIBLE_EVENTS];
static void *invisible__given;

/* A goroutine must let others run while it waits; a thread of a program without goroutines has
 * nobody else on its thread. */
INVISIBLE void invisible__yield(void) {
#ifdef RDL_VERSION
    rdl_yield();
#else
    sched_yield();
#endif
}

/* How often event n has happened. */
INVISIBLE int happened(int n) {
    return __atomic_load_n(&invisible__happened[n], __ATOMIC_ACQUIRE);
}

INVISIBLE void mark(int n) {
    __atomic_fetch_add(&invisible__happened[n], 1, __ATOMIC_RELEASE);
}

INVISIBLE void await_times(int n, int times) {
    while (happened(n) < times) {
        invisible__yield();
    }
}

INVISIBLE void await(int n) {
    await_times(n, 1);
}

INVISIBLE void give(void *pointer) {
    __atomic_store_n(&invisible__given, pointer, __ATOMIC_RELEASE);
}

INVISIBLE void *take(void) {
    void *pointer;
    while ((pointer = __atomic_load_n(&invisible__given, __ATOMIC_ACQUIRE)) == NULL) {
        invisible__yield();
    }
    return pointer;
}

#endif
