/* hook.h - what the files that implement compiler hooks share: how one is declared. */
#ifndef RADDLE_INSTRUMENT_HOOK_H
#define RADDLE_INSTRUMENT_HOOK_H

#include "instrument/front.h"

/* A hook is known to nobody but the table of hook_table.c: it is declared where it is defined. */
#define HOOK(result, name, ...)                                                                    \
    HIDDEN result __tsan_##name(__VA_ARGS__);                                                      \
    result __tsan_##name(__VA_ARGS__)

/* The ends of the access hooks that do not hit, for all files: they find the task if there is none yet, keep
 * handlers out of the core, and report. bits: enum ev_access. */
HIDDEN void hook_report(uintptr_t addr, size_t size, uint32_t bits, uintptr_t pc);
/* Likewise for a range of any size; 0 bytes are none. */
HIDDEN void hook_range(uintptr_t addr, size_t size, uint32_t bits, uintptr_t pc);

#endif
