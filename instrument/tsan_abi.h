/* tsan_abi.h - the detector's implementations of the compiler's hooks, in the order of hooks.def.
 */
#ifndef RADDLE_INSTRUMENT_TSAN_ABI_H
#define RADDLE_INSTRUMENT_TSAN_ABI_H

#include <stdint.h>

extern __attribute__((visibility("hidden"))) const uintptr_t hook_table[];
extern __attribute__((visibility("hidden"))) const uint32_t hook_count;

#endif
