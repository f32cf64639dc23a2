/* tsan_abi.h - the detector's implementations of the compiler's hooks, in the order of hooks.def.
 */
#ifndef RADDLE_INSTRUMENT_TSAN_ABI_H
#define RADDLE_INSTRUMENT_TSAN_ABI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HOOK_HIDDEN __attribute__((visibility("hidden")))

/* What becomes of a slot. */
struct hook {
    uintptr_t function; /* does all of it, for every state of the shadow */
    const char *body;   /* STUB_HOT_BYTES of code for the slot, see hot_bodies.S; NULL: none */
    uintptr_t miss;     /* where the body goes on when it cannot decide */
    bool everywhere;    /* the body does not look at the shadow, wherever that is */
};

extern HOOK_HIDDEN const struct hook hook_table[];
extern HOOK_HIDDEN const uint32_t hook_count;

#endif
