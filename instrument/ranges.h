/* ranges.h - how functions of libc tell what they do to the program's memory on its behalf.
 *
 * Rule   A range is reported only for a caller in an instrumented module, so that what goes on
 *        between libraries, ordered by means that we do not see, raises no false alarm. Calls that
 *        the compiler or libc resolve inside themselves do not come here at all.
 * Zone   HOT.
 */
#ifndef RADDLE_INSTRUMENT_RANGES_H
#define RADDLE_INSTRUMENT_RANGES_H

#include "instrument/hook.h"
#include "instrument/modules.h"
#include "instrument/real.h"

/* What the functions must be able to measure without calling each other. */
static inline size_t length_of(const char *text) {
    size_t n = 0;
    while (text[n] != '\0') {
        n++;
    }
    return n;
}

static inline void reads(const void *from, size_t n, uintptr_t pc) {
    hook_range((uintptr_t)from, n, EV_READ, pc);
}

static inline void writes(const void *to, size_t n, uintptr_t pc) {
    hook_range((uintptr_t)to, n, EV_WRITE, pc);
}

static inline void reads_text(const char *text, uintptr_t pc) {
    reads(text, length_of(text) + 1, pc);
}

static inline bool is_watched(uintptr_t pc) {
    return UNLIKELY(code_is_instrumented(pc));
}

static inline void moves(void *to, const void *from, size_t n, uintptr_t pc) {
    if (is_watched(pc)) {
        reads(from, n, pc);
        writes(to, n, pc);
    }
}

#endif
