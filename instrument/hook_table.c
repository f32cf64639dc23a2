/* hook_table.c - the hooks in the order of hooks.def: slot i of a module leads to hook_table[i]. */
#include "instrument/tsan_abi.h"

/* Only addresses are taken here; the types stand where the hooks are defined. */
#define HOOK_RETURN(name) extern __attribute__((visibility("hidden"))) const char __tsan_##name[];
#define HOOK_JUMP(name)   HOOK_RETURN(name)
#include "instrument/hooks.def"

const uintptr_t hook_table[] = {
#define HOOK_RETURN(name) (uintptr_t) __tsan_##name,
#define HOOK_JUMP(name)   HOOK_RETURN(name)
#include "instrument/hooks.def"
};

const uint32_t hook_count = sizeof hook_table / sizeof hook_table[0];
