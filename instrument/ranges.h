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
#include "instrument/probe.h"
#include "instrument/real.h"

#include <limits.h>
#include <wchar.h>

/* What a _chk variant is told of the room that a call would leave: it ends the process then, and has touched
 * nothing. */
#define FITS(n, room) LIKELY((n) <= (room))

/* What the functions must be able to measure without calling each other. */
static inline size_t length_of(const char *text) {
    size_t n = 0;
    while (text[n] != '\0') {
        n++;
    }
    return n;
}

static inline size_t wide_length(const wchar_t *text) {
    size_t n = 0;
    while (text[n] != 0) {
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

/* Headers promise of many arguments that they are not NULL, and compilers believe them; libc has an answer to
 * NULL all the same, and the program must get it. */
static inline bool is_there(const void *at) {
    const void *volatile asked = at;
    return asked != NULL;
}

/* The same of memory that may be NULL, and for callers that are watched only. */
static inline void takes(const void *from, size_t n, uintptr_t pc) {
    if (is_watched(pc) && is_there(from)) {
        reads(from, n, pc);
    }
}

static inline void fills(void *to, size_t n, uintptr_t pc) {
    if (is_watched(pc) && is_there(to)) {
        writes(to, n, pc);
    }
}

static inline void takes_text(const char *text, uintptr_t pc) {
    if (is_watched(pc) && is_there(text)) {
        reads_text(text, pc);
    }
}

/* A path that the kernel reads, or finds that it cannot. */
static inline void takes_path(const char *path, uintptr_t pc) {
    if (is_watched(pc) && is_there(path)) {
        reads(path, probe_text(path, PATH_MAX), pc);
    }
}

/* Bytes whose number the program says to the kernel: more than there can be is its error, and nothing is read. */
static inline void takes_at_most(const void *from, size_t n, size_t most, uintptr_t pc) {
    if (n <= most) {
        takes(from, n, pc);
    }
}

/* Text that the real function has written, with its end. */
static inline void fills_text(char *text, uintptr_t pc) {
    if (is_watched(pc) && is_there(text)) {
        writes(text, length_of(text) + 1, pc);
    }
}

/* Bytes of text up to and with its end, at most `most`. */
static inline size_t text_within(const char *text, size_t most) {
    size_t n = 0;
    while (n < most && text[n] != '\0') {
        n++;
    }
    return n < most ? n + 1 : n;
}

static inline void moves(void *to, const void *from, size_t n, uintptr_t pc) {
    if (is_watched(pc)) {
        reads(from, n, pc);
        writes(to, n, pc);
    }
}

#endif
