/* modules.h - the executables and libraries of the process: which there are, which we can observe.
 */
#ifndef RADDLE_INSTRUMENT_MODULES_H
#define RADDLE_INSTRUMENT_MODULES_H

#include "instrument/front.h"
#include "instrument/stub_note.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MODULES_HIDDEN __attribute__((visibility("hidden")))

/* Looks at what is loaded now: connects the hooks of modules that are new and tells the detector of
 * them, and of those that are gone. Zone: COLD. Any thread. */
MODULES_HIDDEN void modules_scan(void);

/* A forked child: another thread may have been scanning. */
MODULES_HIDDEN void modules_fork_child(void);

/* The addresses of instrumented modules. Published with release, so that a reader sees each range
 * whole; ranges are never removed while their module is loaded, and a table is never freed. */
struct code_ranges {
    size_t n;
    struct code_range {
        uintptr_t lo, hi;
        uintptr_t entry; /* the slot of func_entry: see code_entry_of */
    } range[];
};

/* Whether any module is instrumented. Zone: HOT. */
static inline bool code_any(void) {
    return __atomic_load_n(&front.modules.instrumented, __ATOMIC_RELAXED) != NULL;
}

/* Whether pc lies in an instrumented module. Zone: HOT. Cost: two compares per such module. */
static inline bool code_is_instrumented(uintptr_t pc) {
    const struct code_ranges *ranges =
        __atomic_load_n(&front.modules.instrumented, __ATOMIC_ACQUIRE);
    size_t n = ranges != NULL ? ranges->n : 0;
    for (size_t i = 0; i < n; i++) {
        if (pc - ranges->range[i].lo < ranges->range[i].hi - ranges->range[i].lo) {
            return true;
        }
    }
    return false;
}

/* The module's copy of the hook of calls that pc lies in; 0: in none. Zone: HOT. */
static inline uintptr_t code_entry_of(uintptr_t pc) {
    const struct code_ranges *ranges =
        __atomic_load_n(&front.modules.instrumented, __ATOMIC_ACQUIRE);
    size_t n = ranges != NULL ? ranges->n : 0;
    for (size_t i = 0; i < n; i++) {
        if (pc - ranges->range[i].entry < STUB_HOT_BYTES) {
            return ranges->range[i].entry;
        }
    }
    return 0;
}

/* Of the executable. */
MODULES_HIDDEN bool code_is_programs(uintptr_t pc);

/* Code that a reader takes for his own: instrumented, or, where nothing is, the executable's. */
MODULES_HIDDEN bool code_is_users(uintptr_t pc);

/* The return address into instrumented code (the executable's, where no code is) nearest above `pc`, which was
 * called from frame `sp`: pc itself when it lies there, else the first word of the stack that looks like one
 * (malloc inside operator new or strdup). A guess, for reports only; pc when there is none. */
MODULES_HIDDEN uintptr_t code_user_pc(uintptr_t pc, const uintptr_t *sp);

#endif
