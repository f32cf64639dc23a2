/* hook_table.c - the hooks in the order of hooks.def: slot i of a module is of hook_table[i]. */
#include "instrument/tsan_abi.h"

#include "instrument/stub_note.h"

/* Only addresses are taken here; the types stand where the hooks are defined. */
#define NAME(name) extern __attribute__((visibility("hidden"))) const char name[];

#define HOOK_HOT(name, kind, n) NAME(__tsan_##name) NAME(miss_##name)
#define HOOK_RETURN(name)       NAME(__tsan_##name)
#define HOOK_JUMP(name)         NAME(__tsan_##name)
#include "instrument/hooks.def"

/* The bodies, one after the other. */
NAME(hot_bodies)
enum {
#define HOOK_HOT(name, kind, n) BODY_##name,
#define HOOK_RETURN(name)
#define HOOK_JUMP(name)
#include "instrument/hooks.def"
};

const struct hook hook_table[] = {
#define HOOK_HOT(name, kind, n)                                                                    \
    {(uintptr_t)__tsan_##name, hot_bodies + BODY_##name * STUB_HOT_BYTES, (uintptr_t)miss_##name,  \
     (n) == 0},
#define HOOK_RETURN(name) {(uintptr_t)__tsan_##name, NULL, 0, false},
#define HOOK_JUMP(name)   HOOK_RETURN(name)
#include "instrument/hooks.def"
};

const uint32_t hook_count = sizeof hook_table / sizeof hook_table[0];
