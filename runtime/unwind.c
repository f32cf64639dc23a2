/* unwind.c - walking stacks with libunwind, opened at run time. */
#include "runtime/unwind.h"

#define UNW_LOCAL_ONLY
#include <dlfcn.h>
#include <libunwind.h>
#include <ucontext.h>

#define LOST_MAX   ((size_t)4 << 20) /* a chain of frames that is longer goes in a circle */
#define STRING_(x) #x
#define STRING(x)  STRING_(x)

/* The names as libunwind exports them: its header spells them through macros. */
struct library {
    int (*init_local2)(unw_cursor_t *cursor, unw_context_t *context, int flags);
    int (*step)(unw_cursor_t *cursor);
    int (*get_reg)(unw_cursor_t *cursor, int reg, unw_word_t *value);
    int (*get_proc_name)(unw_cursor_t *cursor, char *name, size_t bytes, unw_word_t *offset);
};

enum load_state { NOT_LOADED, LOADING, LOADED, MISSING };

/* Written once, by whoever moved state to LOADING. */
static struct {
    _Atomic uint32_t state;
    struct library library;
} unwind;

static bool open_library(struct library *l) {
    void *handle = dlopen("libunwind.so.8", RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) {
        return false;
    }
    *(void **)&l->init_local2 = dlsym(handle, STRING(unw_init_local2));
    *(void **)&l->step = dlsym(handle, STRING(unw_step));
    *(void **)&l->get_reg = dlsym(handle, STRING(unw_get_reg));
    *(void **)&l->get_proc_name = dlsym(handle, STRING(unw_get_proc_name));
    return l->init_local2 != NULL && l->step != NULL && l->get_reg != NULL &&
           l->get_proc_name != NULL;
}

void rdl__unwind_load(void) {
    uint32_t state = atomic_load_explicit(&unwind.state, memory_order_relaxed); /* a hint */
    if (__builtin_expect(state != NOT_LOADED, 1)) {
        return;
    }
    if (atomic_compare_exchange_strong_explicit(&unwind.state, &state, LOADING,
                                                memory_order_acquire, memory_order_relaxed)) {
        struct det_task *current = rdl__emit_current();
        rdl__emit_switch(NULL);
        bool good = open_library(&unwind.library);
        rdl__emit_switch(current);
        atomic_store_explicit(&unwind.state, good ? LOADED : MISSING, memory_order_release);
    }
}

bool rdl__unwind_is_loaded(void) {
    return atomic_load_explicit(&unwind.state, memory_order_acquire) == LOADED;
}

static void fill_context(ucontext_t *context, const struct rdl__registers *r) {
    greg_t *to = context->uc_mcontext.gregs;
    rdl__arch_zero(context, sizeof(*context));
    to[REG_RIP] = (greg_t)r->ip;
    to[REG_RSP] = (greg_t)r->sp;
    to[REG_RBP] = (greg_t)r->bp;
    to[REG_RBX] = (greg_t)r->bx;
    to[REG_R12] = (greg_t)r->r12;
    to[REG_R13] = (greg_t)r->r13;
    to[REG_R14] = (greg_t)r->r14;
    to[REG_R15] = (greg_t)r->r15;
}

/* -- frames -- */

static void reverse(uintptr_t *pcs, size_t from, size_t to) {
    while (from + 1 < to) {
        uintptr_t swap = pcs[from];
        pcs[from++] = pcs[--to];
        pcs[to] = swap;
    }
}

/* The outer half of f is a ring once it is full. */
static void add(struct frames *f, uintptr_t pc) {
    if (f->n < FRAMES_MAX) {
        f->pcs[f->n++] = pc;
        return;
    }
    f->pcs[FRAMES_MAX / 2 + f->n_lost++ % (FRAMES_MAX / 2)] = pc;
}

static void straighten(struct frames *f) {
    size_t oldest = FRAMES_MAX / 2 + f->n_lost % (FRAMES_MAX / 2);
    if (f->n_lost != 0) {
        reverse(f->pcs, FRAMES_MAX / 2, oldest);
        reverse(f->pcs, oldest, FRAMES_MAX);
        reverse(f->pcs, FRAMES_MAX / 2, FRAMES_MAX);
    }
}

void rdl__unwind_registers(const struct rdl__registers *registers, bool exact, struct frames *f) {
    ucontext_t context;
    unw_cursor_t cursor;
    f->n = 0;
    f->n_lost = 0;
    add(f, registers->ip + (exact ? 1 : 0));
    if (!rdl__unwind_is_loaded()) {
        return;
    }
    fill_context(&context, registers);
    if (unwind.library.init_local2(&cursor, &context, exact ? UNW_INIT_SIGNAL_FRAME : 0) < 0) {
        return;
    }
    while (f->n_lost < LOST_MAX && unwind.library.step(&cursor) > 0) {
        unw_word_t ip = 0;
        if (unwind.library.get_reg(&cursor, UNW_REG_IP, &ip) < 0 || ip == 0) {
            break;
        }
        add(f, ip);
    }
    straighten(f);
}

void rdl__unwind_task(const struct task *t, struct frames *f) {
    struct rdl__registers registers;
    if (!t->started) {
        f->pcs[0] = (uintptr_t)t->fn + 1;
        f->n = 1;
        f->n_lost = 0;
        return;
    }
    rdl__arch_registers(t->context, &registers);
    rdl__unwind_registers(&registers, false, f);
}

/* In the static library all code of ours is in one section (meson.build); the shared one is a module
 * of its own. */
extern const char __start_rdl_text[] __attribute__((weak, visibility("hidden")));
extern const char __stop_rdl_text[] __attribute__((weak, visibility("hidden")));

bool rdl__unwind_is_own(uintptr_t pc) {
    struct dl_find_object object;
    if (__start_rdl_text != NULL) {
        return pc > (uintptr_t)__start_rdl_text && pc <= (uintptr_t)__stop_rdl_text;
    }
    return _dl_find_object((void *)(uintptr_t)rdl__unwind_is_own, &object) == 0 &&
           pc > (uintptr_t)object.dlfo_map_start && pc <= (uintptr_t)object.dlfo_map_end;
}

bool rdl__unwind_name(uintptr_t pc, char *name, size_t bytes, uintptr_t *offset) {
    ucontext_t context;
    unw_cursor_t cursor;
    unw_word_t found = 0;
    const struct rdl__registers registers = {.ip = pc};
    if (!rdl__unwind_is_loaded()) {
        return false;
    }
    fill_context(&context, &registers);
    if (unwind.library.init_local2(&cursor, &context, UNW_INIT_SIGNAL_FRAME) < 0 ||
        unwind.library.get_proc_name(&cursor, name, bytes, &found) < 0) {
        return false;
    }
    *offset = found;
    return true;
}
