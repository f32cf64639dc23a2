/* sanitizer.h - tells AddressSanitizer and ThreadSanitizer of every change of stacks.
 *
 * Model    a fiber is a stack and what a sanitizer knows of who runs on it. Only in builds with
 *          -fsanitize=address or thread is there anything in here; elsewhere a fiber is empty and
 *          all calls are nothing.
 * Use      rdl__fiber_leave(to) right before rdl__arch_switch, rdl__fiber_arrive() as the first
 *          thing after it, and first on a new stack.
 * ASan     wants the bounds of the stack that is switched to. Frames that a jump or an exit left
 *          behind stay poisoned: a stack is cleaned when it is used again. Fake stacks are off
 *          (detect_stack_use_after_return=0): they would outlive the stacks.
 * TSan     orders what runs on one thread in turn, as the processor does; all that goes from thread
 *          to thread must be ordered by the runtime itself, and is checked.
 */
#ifndef RDL__SANITIZER_H
#define RDL__SANITIZER_H

#include <stddef.h>
#include <stdint.h>

#if defined(__SANITIZE_ADDRESS__)
#define RDL__ASAN
#elif defined(__SANITIZE_THREAD__)
#define RDL__TSAN
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define RDL__ASAN
#elif __has_feature(thread_sanitizer)
#define RDL__TSAN
#endif
#endif

#if defined(RDL__ASAN)

#include "runtime/os.h"

#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>

struct rdl__fiber {
    uintptr_t lo, hi;
};

static inline void rdl__fiber_new(struct rdl__fiber *f, uintptr_t lo, uintptr_t hi) {
    __asan_unpoison_memory_region((void *)lo, hi - lo);
    *f = (struct rdl__fiber){lo, hi};
}

/* Nobody is on this stack any more: the runtime itself may write there. */
static inline void rdl__fiber_clean(uintptr_t lo, uintptr_t hi) {
    __asan_unpoison_memory_region((void *)lo, hi - lo);
}

/* The stack that the calling thread came with. */
static inline void rdl__fiber_adopt(struct rdl__fiber *f) {
    rdl__os_stack(&f->lo, &f->hi);
}

static inline void rdl__fiber_end(struct rdl__fiber *f) {
    (void)f;
}

static inline void rdl__fiber_leave(const struct rdl__fiber *to) {
    __sanitizer_start_switch_fiber(NULL, (void *)to->lo, to->hi - to->lo);
}

static inline void rdl__fiber_arrive(void) {
    __sanitizer_finish_switch_fiber(NULL, NULL, NULL);
}

#elif defined(RDL__TSAN)

#include <sanitizer/tsan_interface.h>

struct rdl__fiber {
    void *tsan;
};

static inline void rdl__fiber_new(struct rdl__fiber *f, uintptr_t lo, uintptr_t hi) {
    (void)lo;
    (void)hi;
    f->tsan = __tsan_create_fiber(0);
}

static inline void rdl__fiber_clean(uintptr_t lo, uintptr_t hi) {
    (void)lo;
    (void)hi;
}

static inline void rdl__fiber_adopt(struct rdl__fiber *f) {
    f->tsan = __tsan_get_current_fiber();
}

/* Not while it runs. */
static inline void rdl__fiber_end(struct rdl__fiber *f) {
    __tsan_destroy_fiber(f->tsan);
    f->tsan = NULL;
}

static inline void rdl__fiber_leave(const struct rdl__fiber *to) {
    __tsan_switch_to_fiber(to->tsan, 0);
}

static inline void rdl__fiber_arrive(void) {
}

#else

struct rdl__fiber {};

static inline void rdl__fiber_new(struct rdl__fiber *f, uintptr_t lo, uintptr_t hi) {
    (void)f;
    (void)lo;
    (void)hi;
}

static inline void rdl__fiber_clean(uintptr_t lo, uintptr_t hi) {
    (void)lo;
    (void)hi;
}

static inline void rdl__fiber_adopt(struct rdl__fiber *f) {
    (void)f;
}

static inline void rdl__fiber_end(struct rdl__fiber *f) {
    (void)f;
}

static inline void rdl__fiber_leave(const struct rdl__fiber *to) {
    (void)to;
}

static inline void rdl__fiber_arrive(void) {
}

#endif

#endif
