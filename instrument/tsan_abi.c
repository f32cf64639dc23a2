/* tsan_abi.c - the hooks of plain accesses and of function entry and exit.
 *
 * Bodies   Modules have copies of the most frequent ones in assembly (arch/x86_64/hot_bodies.S), which end in
 *          miss_<name>; these here serve where the shadow is not where the copies look, but for calls.
 * Zone     HOT for those that hit; hook_report and the like, for the rest, are SYNC.
 * Budget   one TLS load and one branch more than detector/hot.h; no frame, no call but the cold one
 *          in tail position. tests/style looks at the object code.
 * Widths   come from one body with constant arguments. The unaligned forms go through the same
 *          body: a misaligned address never hits and is sorted out by the cold path.
 */
#include "instrument/hook.h"
#include "instrument/modules.h"
#include "instrument/unchecked.h"

#define RANGE_LOOKS 64u /* bytes of a range that are looked at before the core is entered */
#define SET_HITS    4u  /* of so many reads found in sets, one looks for a shorter way (wide.h) */
#define SET_INSISTS 64u /* and one drives others out of it */

/* Addresses come from the compiler as they are. */
#define ADDR(p) ((uintptr_t)(p))

/* Out of line, but not cold: every recorded access comes this way. */
__attribute__((noinline)) void hook_report(uintptr_t addr, size_t size, uint32_t bits,
                                           uintptr_t pc) {
    if (unchecked_any(addr, size) && unchecked_access(addr, size, bits, pc)) {
        return;
    }
    struct det_task *t = is_carriers(addr) ? NULL : event_enter();
    if (t != NULL) {
        access_slow(t, addr, size, bits, pc);
        event_leave();
    }
}

/* Whether the present segment has recorded all of it, by single words of one kind. */
static inline bool is_covered(uintptr_t addr, size_t size, bool reads) {
    const struct task_hot *t = (const struct task_hot *)self.task;
    return t != NULL && (hot_covers(t->segment, addr, size, 0) ||
                         (reads && hot_covers(t->segment, addr, size, 4)));
}

void hook_range(uintptr_t addr, size_t size, uint32_t bits, uintptr_t pc) {
    bool plain = bits == EV_READ || bits == EV_WRITE;
    if (plain && size <= RANGE_LOOKS && is_covered(addr, size, bits == EV_READ)) {
        return; /* a structure that is copied again and again */
    }
    if (size != 0 && unchecked_any(addr, size) && unchecked_access(addr, size, bits, pc)) {
        return;
    }
    struct det_task *t = size != 0 && !is_carriers(addr) ? event_enter() : NULL;
    if (t != NULL) {
        det_access(t, addr, size, bits, pc);
        event_leave();
    }
}

/* A read that is recorded in a set. */
static __attribute__((noinline)) void found_in_set(struct det_task *t, uintptr_t addr) {
    if (++self.set_hits % SET_HITS == 0) {
        (void)event_enter();
        wide_find(t, addr, self.set_hits % SET_INSISTS == 0);
        event_leave();
    }
}

// clang-format off
/* What did not hit: often an access that is recorded in a set, or one to be recorded. The program's own line
 * is fetched beside that of the shadow (tests/bench: hash a twentieth). */
#define MISS(kind, n, bits, name)                                                                  \
    HIDDEN void name(uintptr_t addr, uintptr_t pc);                                                \
    __attribute__((noinline)) void name(uintptr_t addr, uintptr_t pc)                              \
    {                                                                                              \
        struct det_task *t = self.task;                                                            \
        __builtin_prefetch((const void *)addr, bits != EV_READ);                                   \
        if (UNLIKELY(t == NULL || self.busy != 0 || unchecked_any(addr, n))) {                                         \
            hook_report(addr, n, bits, pc);                                                        \
        } else if (hot_has_set(addr, n) && access_has_##kind##n(t, addr)) {                        \
            if (bits == EV_READ) {                                                                 \
                found_in_set(t, addr);                                                             \
            }                                                                                      \
        } else if (!is_carriers(addr)) {                                                           \
            (void)event_enter();                                                                   \
            access_##kind##n(t, addr, pc);                                                         \
            event_leave();                                                                         \
        }                                                                                          \
    }
/* A misaligned one may be recorded already, too. */
#define MISS_UNALIGNED(kind, n, reads)                                                             \
    HIDDEN void miss_unaligned_##kind##n(uintptr_t addr, uintptr_t pc);                            \
    void miss_unaligned_##kind##n(uintptr_t addr, uintptr_t pc)                                    \
    {                                                                                              \
        if ((addr & (n - 1)) == 0 || !is_covered(addr, n, reads)) {                                \
            miss_##kind##n(addr, pc);                                                              \
        }                                                                                          \
    }
#define BOTH(n)      MISS(read, n, EV_READ, miss_read##n) MISS(write, n, EV_WRITE, miss_write##n)
#define UNALIGNED(n) MISS_UNALIGNED(read, n, true) MISS_UNALIGNED(write, n, false)
BOTH(1) BOTH(2) BOTH(4) BOTH(8)
MISS(read, 16, EV_READ, unshared_read16) MISS(write, 16, EV_WRITE, miss_write16)

/* The body of 16 bytes has no room to look for wide words. */
HIDDEN void miss_read16(uintptr_t addr, uintptr_t pc);
__attribute__((noinline)) void miss_read16(uintptr_t addr, uintptr_t pc)
{
    const struct task_hot *t = (const struct task_hot *)self.task;
    if (UNLIKELY(t == NULL) || !hot_has_read(hot_block(addr), addr, 16, t->segment)) {
        unshared_read16(addr, pc);
    }
}

UNALIGNED(2) UNALIGNED(4) UNALIGNED(8) UNALIGNED(16)
#undef UNALIGNED
    // clang-format on

    typedef void misses(uintptr_t addr, uintptr_t pc);

static inline __attribute__((always_inline)) void
access_hook(uintptr_t addr, unsigned size, bool write, uintptr_t pc, misses *missed) {
    const struct task_hot *t = (const struct task_hot *)self.task;
    if (LIKELY(t != NULL)) {
        const uint64_t *block = hot_block(addr);
        uint64_t segment = t->segment;
        if (write) {
            if (LIKELY(hot_hit(block, segment, addr, size))) {
                return;
            }
        } else if (LIKELY(hot_hit(block + 4, segment, addr, size)) ||
                   hot_hit(block, segment, addr, size)) {
            return; /* an own write of this segment covers the read */
        }
    }
    missed(addr, pc);
}

// clang-format off
#define PLAIN(n)                                                                                   \
    HOOK(void, read##n, void *p) { access_hook(ADDR(p), n, false, CALLER_PC, miss_read##n); }                    \
    HOOK(void, write##n, void *p) { access_hook(ADDR(p), n, true, CALLER_PC, miss_write##n); }                    \
    HOOK(void, read_write##n, void *p) { access_hook(ADDR(p), n, true, CALLER_PC, miss_write##n); }               \
    HOOK(void, volatile_read##n, void *p)                                                          \
    {                                                                                              \
        hook_report(ADDR(p), n, EV_READ | EV_VOLATILE, CALLER_PC);                                 \
    }                                                                                              \
    HOOK(void, volatile_write##n, void *p)                                                         \
    {                                                                                              \
        hook_report(ADDR(p), n, EV_WRITE | EV_VOLATILE, CALLER_PC);                                \
    }

#define UNALIGNED(n)                                                                               \
    HOOK(void, unaligned_read##n, void *p) { access_hook(ADDR(p), n, false, CALLER_PC, miss_unaligned_read##n); }          \
    HOOK(void, unaligned_write##n, void *p) { access_hook(ADDR(p), n, true, CALLER_PC, miss_unaligned_write##n); }          \
    HOOK(void, unaligned_read_write##n, void *p) { access_hook(ADDR(p), n, true, CALLER_PC, miss_unaligned_write##n); }     \
    HOOK(void, unaligned_volatile_read##n, void *p)                                                \
    {                                                                                              \
        hook_report(ADDR(p), n, EV_READ | EV_VOLATILE, CALLER_PC);                                 \
    }                                                                                              \
    HOOK(void, unaligned_volatile_write##n, void *p)                                               \
    {                                                                                              \
        hook_report(ADDR(p), n, EV_WRITE | EV_VOLATILE, CALLER_PC);                                \
    }

PLAIN(1) PLAIN(2) PLAIN(4) PLAIN(8) PLAIN(16)
UNALIGNED(2) UNALIGNED(4) UNALIGNED(8) UNALIGNED(16)
    // clang-format on

    HOOK(void, read_range, void *p, size_t n) {
    hook_range(ADDR(p), n, EV_READ, CALLER_PC);
}

HOOK(void, write_range, void *p, size_t n) {
    hook_range(ADDR(p), n, EV_WRITE, CALLER_PC);
}

/* A destructor writes the table of its own class over what is often the same pointer: no change,
 * no write, or every base destructor would race with readers of the object. */
HOOK(void, vptr_update, void **slot, void *value) {
    if (*slot != value) {
        access_hook(ADDR(slot), sizeof *slot, true, CALLER_PC, miss_write8);
    }
}

HOOK(void, vptr_read, void **slot) {
    access_hook(ADDR(slot), sizeof *slot, false, CALLER_PC, miss_read8);
}

/* -- calls -- */

/* A handler that interrupted the core enters a function whose frame needs the core: the frame, and
 * all until its exit, go unreported. The task is set aside, so that the hot hooks cost no test. */
static COLD void drop_call(void) {
    if (self.dropped_calls++ == 0) {
        self.dropped_task = self.task;
        self.task = NULL;
    }
    front_dropped();
}

static COLD void enter_slow(uintptr_t pc, uintptr_t sp) {
    if (self.dropped_calls != 0 || (self.busy != 0 && self.task != NULL)) {
        drop_call();
        return;
    }
    struct det_task *t = event_enter();
    if (t != NULL) {
        hot_call_enter_at(t, pc, sp);
        event_leave();
    }
}

/* The fast path is in the copies only, which signals.c can see through. */
HOOK(void, func_entry, void *pc) {
    enter_slow(ADDR(pc), STACK_POINTER);
}

HIDDEN void miss_func_entry(void *pc) __attribute__((alias("__tsan_func_entry")));

static COLD void exit_slow(void) {
    if (self.dropped_calls != 0 && --self.dropped_calls == 0) {
        self.task = self.dropped_task;
    }
}

HOOK(void, func_exit, void) {
    struct det_task *t = self.task;
    if (LIKELY(t != NULL)) {
        hot_call_exit(t);
        return;
    }
    exit_slow();
}

HIDDEN void miss_func_exit(void) __attribute__((alias("__tsan_func_exit")));

/* Every constructor of instrumented code comes here first; by the time the slot leads here, the
 * detector runs. */
HOOK(void, init, void) {
}

/* Runs of code that the compiler was told not to check at all. What they call is checked. */
HOOK(void, ignore_thread_begin, void) {
}

HOOK(void, ignore_thread_end, void) {
}
