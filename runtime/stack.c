/* stack.c - cutting big mappings into guarded stacks, and using them again. */
#include "runtime/stack.h"

#include "runtime/lock.h"
#include "runtime/os.h"
#include "runtime/rt.h"

#define CHUNK_MIN_BYTES  ((size_t)16 << 20)
#define CHUNK_MAX_BYTES  ((size_t)1 << 30)
#define WARM_MAX         1024  /* free stacks of a class that keep their pages */
#define REAL_GUARDS_MAX  16384 /* each splits a mapping in two; the kernel's limit is 65,530 */
#define CANARY           0x5ca1ab1e0ddba11u
#define WARM_PAGES_BYTES ((size_t)8 << 10) /* the top that stays in a cold stack */

/* A free stack is a link at its own top: no memory of its own, and the page is warm anyway. */
struct free_stack {
    struct free_stack *next;
    bool guarded;
};

static struct free_stack *link_of(uintptr_t hi) {
    return (struct free_stack *)(hi - sizeof(struct free_stack));
}

static uintptr_t *canary_of(const struct stack *s) {
    return (uintptr_t *)(s->lo + STACK_GUARD_BYTES);
}

static size_t stride(unsigned class) {
    return STACK_MIN_BYTES << class;
}

unsigned rdl__stack_class(size_t bytes) {
    unsigned class = 0;
    while (class < STACK_CLASSES && stride(class) < bytes) {
        class ++;
    }
    return class;
}

/* -- cutting -- */

/* Maps the next chunk of a class, each twice the one before, smaller if the system refuses. Caller
 * holds the lock. */
static bool map_chunk(struct stack_pool *pool, unsigned class) {
    size_t one = stride(class);
    size_t bytes = pool->chunk_bytes == 0 ? CHUNK_MIN_BYTES : pool->chunk_bytes * 2;
    bytes = bytes > CHUNK_MAX_BYTES ? CHUNK_MAX_BYTES : bytes;
    bytes = bytes < one ? one : bytes;
    void *chunk = rdl__os_map(bytes);
    while (chunk == NULL && bytes > one) {
        bytes = bytes / 2 < one ? one : bytes / 2;
        chunk = rdl__os_map(bytes);
    }
    if (chunk == NULL) {
        return false;
    }
    pool->chunk_bytes = bytes;
    pool->cut = (uintptr_t)chunk;
    pool->end = (uintptr_t)chunk + bytes / one * one;
    return true;
}

static bool cut(struct stack_pool *pool, struct stack *s, unsigned class) {
    if (pool->cut == pool->end && !map_chunk(pool, class)) {
        return false;
    }
    s->lo = pool->cut;
    s->hi = pool->cut + stride(class);
    pool->cut = s->hi;
    return true;
}

static void guard(struct stack *s) {
    struct rdl__stacks *stacks = &rdl__rt.stacks;
    bool may_split = atomic_fetch_add_explicit(&stacks->real_guards, 0, memory_order_relaxed) <
                     REAL_GUARDS_MAX; /* a count: orders nothing */
    enum os_guard got = rdl__os_guard((void *)s->lo, STACK_GUARD_BYTES, may_split);
    if (got == OS_GUARD_MAPPING) {
        atomic_fetch_add_explicit(&stacks->real_guards, 1, memory_order_relaxed);
    }
    s->guarded = got != OS_GUARD_NONE;
    if (!s->guarded) {
        *canary_of(s) = CANARY;
    }
}

/* -- the pool -- */

bool rdl__stack_new(struct stack *s, unsigned class) {
    struct stack_pool *pool = &rdl__rt.stacks.classes[class];
    s->class = (uint8_t) class;
    rdl__lock_acquire(&rdl__rt.stacks.lock, RANK_STACKS);
    struct free_stack *free = pool->free;
    if (free != NULL) {
        pool->free = free->next;
        pool->n_free--;
        s->hi = (uintptr_t)free + sizeof(*free);
        s->lo = s->hi - stride(class);
        s->guarded = free->guarded;
        rdl__lock_release(&rdl__rt.stacks.lock);
        return true;
    }
    bool made = cut(pool, s, class);
    rdl__lock_release(&rdl__rt.stacks.lock);
    if (made) {
        guard(s);
    }
    return made;
}

void rdl__stack_free(struct stack *s) {
    struct stack_pool *pool = &rdl__rt.stacks.classes[s->class];
    struct free_stack *free = link_of(s->hi);
    if (pool->n_free >= WARM_MAX) { /* a guess without the lock: either answer is right */
        uintptr_t low = s->lo + STACK_GUARD_BYTES;
        rdl__os_discard((void *)low, s->hi - WARM_PAGES_BYTES - low);
        if (!s->guarded) {
            *canary_of(s) = CANARY;
        }
    }
    free->guarded = s->guarded;
    rdl__lock_acquire(&rdl__rt.stacks.lock, RANK_STACKS);
    free->next = pool->free;
    pool->free = free;
    pool->n_free++;
    rdl__lock_release(&rdl__rt.stacks.lock);
    *s = (struct stack){0};
}

bool rdl__stack_is_overflow(const struct stack *s, uintptr_t addr) {
    return addr >= s->lo && addr < s->lo + STACK_GUARD_BYTES;
}

bool rdl__stack_is_intact(const struct stack *s) {
    return s->guarded || s->hi == 0 || *canary_of(s) == CANARY;
}
