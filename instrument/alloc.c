/* alloc.c - the heap and mappings: where blocks are born and die [HB-M-06].
 *
 * Zone    SYNC. Until real.c has found the next malloc, which itself allocates, glibc's own entries
 *         serve; nothing but the dynamic linker runs that early.
 * Rule    Blocks matter as soon as some module is instrumented; before that nobody's accesses are
 *         seen. free by instrumented code is a write of the whole block. free by a library that is
 *         not (the last reference to something shared) only ends the block's history: the atomics
 *         that made it the last are invisible, and calling it a write would be a false alarm.
 * Rooms   malloc_usable_size gives its caller what the allocator rounded up: those bytes begin anew with the
 *         block, though they do not count as its own.
 * C++     operator new arrives here from libstdc++, whose frame is no user's: the pc of the block
 *         is that of the nearest instrumented code (code_user_pc).
 */
#include "instrument/annotations.h"
#include "instrument/front.h"
#include "instrument/misuse.h"
#include "instrument/modules.h"
#include "instrument/real.h"
#include "instrument/unchecked.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <sys/mman.h>

extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *block, size_t n);
extern void *__libc_memalign(size_t alignment, size_t n);
extern void __libc_free(void *block);

#define FRAME ((const uintptr_t *)__builtin_frame_address(0))

/* Memory that begins anew has no benign bytes and no keys of annotations. */
static inline void begins_anew(struct det_task *t, uintptr_t addr, size_t n) {
    if (UNLIKELY(front.benign.bytes != 0)) {
        benign_end(addr, n);
    }
    annotation_forget(t, addr, n);
}

/* Of a runtime, or in a program whose accesses are not seen: a lock that was there before is another one than what
 * comes, and what can be reached is a matter of it. */
static COLD void born_unwatched(uintptr_t block, size_t n) {
    if (self.busy != 0) {
        det_heap_lost();
        return;
    }
    uint32_t was = guard_enter();
    det_objects_forget(block, n);
    if (front.options.reachability) {
        det_block_new(block, n);
    }
    guard_leave(was);
}

static COLD void dies_unwatched(uintptr_t block) {
    /* While we are busy it counts as alive: the error side is a deadlock that is not told. */
    if (self.busy == 0 && front.options.reachability) {
        uint32_t was = guard_enter();
        det_block_gone(block);
        guard_leave(was);
    }
}

static void *born(void *block, size_t n, uintptr_t pc, const uintptr_t *sp) {
    if (block != NULL && code_any()) {
        uintptr_t user_pc = code_user_pc(pc, sp);
        struct det_task *t = event_enter();
        if (t != NULL) {
            begins_anew(t, (uintptr_t)block, n);
            det_memory_new(t, (uintptr_t)block, n, user_pc);
            size_t room = front.knows_rooms ? malloc_usable_size(block) : n;
            if (room > n) {
                det_memory_forget((uintptr_t)block + n, room - n);
            }
            event_leave();
            return block;
        }
    }
    if (block != NULL && front.on) {
        born_unwatched((uintptr_t)block, n);
    }
    return block;
}

static void dies(void *block, uintptr_t pc) {
    if (block == NULL || !front.on) {
        return;
    }
    if (!code_any()) {
        dies_unwatched((uintptr_t)block);
        return;
    }
    bool ours = code_is_instrumented(pc);
    size_t bytes = ours ? 0 : malloc_usable_size(block);
    struct det_task *t = event_enter();
    if (t == NULL) {
        dies_unwatched((uintptr_t)block);
        return;
    }
    if (ours) {
        det_memory_free(t, (uintptr_t)block, pc);
    } else {
        det_memory_forget((uintptr_t)block, bytes);
        det_block_gone((uintptr_t)block);
    }
    event_leave();
}

INTERPOSE void *malloc(size_t n) {
    misuse_unsafe(DEED_CALL_MALLOC, CALLER_PC);
    void *block = LIKELY(real.malloc != NULL) ? real.malloc(n) : __libc_malloc(n);
    return born(block, n, CALLER_PC, FRAME);
}

INTERPOSE void *calloc(size_t n, size_t size) {
    misuse_unsafe(DEED_CALL_MALLOC, CALLER_PC);
    void *block = LIKELY(real.calloc != NULL) ? real.calloc(n, size) : __libc_calloc(n, size);
    return born(block, n * size, CALLER_PC, FRAME);
}

INTERPOSE void free(void *block) {
    misuse_unsafe(DEED_CALL_FREE, CALLER_PC);
    if (UNLIKELY(det_may_be_used(self.task)) && block != NULL && front.knows_rooms) {
        misuse_within((uintptr_t)block, malloc_usable_size(block), CALLER_PC);
    }
    dies(block, CALLER_PC);
    if (LIKELY(real.free != NULL)) {
        real.free(block);
    } else {
        __libc_free(block);
    }
}

/* A block that moves or changes size is a new one. When it cannot, the old one lives on, without
 * the history that ended too early: the error side is a miss. */
static void *resize(void *old, size_t n, uintptr_t pc, const uintptr_t *sp) {
    misuse_unsafe(DEED_CALL_MALLOC, pc);
    size_t old_bytes = old != NULL && code_any() ? malloc_usable_size(old) : 0;
    __atomic_fetch_add(&front.moving, 1, __ATOMIC_ACQ_REL);
    dies(old, pc);
    void *block = LIKELY(real.realloc != NULL) ? real.realloc(old, n) : __libc_realloc(old, n);
    if (block == NULL && n != 0 && old != NULL) {
        born(old, old_bytes, pc, sp);
    }
    born(block, n, pc, sp);
    __atomic_fetch_sub(&front.moving, 1, __ATOMIC_ACQ_REL);
    return block;
}

INTERPOSE void *realloc(void *old, size_t n) {
    return resize(old, n, CALLER_PC, FRAME);
}

INTERPOSE void *reallocarray(void *old, size_t n, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(n, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return resize(old, bytes, CALLER_PC, FRAME);
}

INTERPOSE void *memalign(size_t alignment, size_t n) {
    void *block =
        LIKELY(real.memalign != NULL) ? real.memalign(alignment, n) : __libc_memalign(alignment, n);
    return born(block, n, CALLER_PC, FRAME);
}

INTERPOSE void *aligned_alloc(size_t alignment, size_t n) {
    return born(REAL_OF(aligned_alloc)(alignment, n), n, CALLER_PC, FRAME);
}

INTERPOSE void *valloc(size_t n) {
    return born(REAL_OF(valloc)(n), n, CALLER_PC, FRAME);
}

INTERPOSE void *pvalloc(size_t n) {
    return born(REAL_OF(pvalloc)(n), n, CALLER_PC, FRAME);
}

INTERPOSE int posix_memalign(void **block, size_t alignment, size_t n) {
    int result = REAL_OF(posix_memalign)(block, alignment, n);
    if (result == 0) {
        born(*block, n, CALLER_PC, FRAME);
    }
    return result;
}

/* -- mappings -- */

/* Before the real call that takes the range away: afterwards another thread may have it again. */
static void forget(const void *start, size_t n) {
    if (front.on) {
        det_stack_reused((uintptr_t)start, n);
    }
    struct det_task *t = n != 0 ? event_enter() : NULL;
    if (t == NULL) {
        return;
    }
    if (code_any()) {
        begins_anew(t, (uintptr_t)start, n);
        det_memory_forget((uintptr_t)start, n);
    } else {
        det_objects_forget((uintptr_t)start, n);
    }
    event_leave();
}

INTERPOSE void *mmap(void *at, size_t n, int protection, int flags, int fd, off_t offset) {
    void *got = REAL_OF(mmap)(at, n, protection, flags, fd, offset);
    if (got != MAP_FAILED) {
        forget(got, n);
    }
    return got;
}

INTERPOSE void *mmap64(void *at, size_t n, int protection, int flags, int fd, off64_t offset) {
    void *got = REAL_OF(mmap64)(at, n, protection, flags, fd, offset);
    if (got != MAP_FAILED) {
        forget(got, n);
    }
    return got;
}

INTERPOSE int munmap(void *start, size_t n) {
    if (UNLIKELY(det_may_be_used(self.task))) {
        misuse_within((uintptr_t)start, n, CALLER_PC);
    }
    forget(start, n);
    return REAL_OF(munmap)(start, n);
}

INTERPOSE void *mremap(void *old, size_t old_bytes, size_t new_bytes, int flags, ...) {
    void *at = NULL;
    if ((flags & MREMAP_FIXED) != 0) {
        __builtin_va_list rest;
        __builtin_va_start(rest, flags);
        at = __builtin_va_arg(rest, void *);
        __builtin_va_end(rest);
    }
    forget(old, old_bytes);
    void *got = REAL_OF(mremap)(old, old_bytes, new_bytes, flags, at);
    if (got != MAP_FAILED) {
        forget(got, new_bytes);
    }
    return got;
}
