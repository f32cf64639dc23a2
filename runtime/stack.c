/* stack.c - cutting big mappings into guarded stacks, and using them again. */
#include "runtime/stack.h"

#include "runtime/lock.h"
#include "runtime/os.h"
#include "runtime/rt.h"
#include "runtime/sanitizer.h"

#define CHUNK_MIN_BYTES ((size_t)16 << 20)
#define CHUNK_MAX_BYTES ((size_t)1 << 30)
#define REAL_GUARDS_MAX 16384 /* each splits a mapping in two; the kernel's limit is 65,530 */
#define CANARY          0x5ca1ab1e0ddba11u
#define KEPT_BYTES      ((size_t)256 << 20) /* of warm stacks of a class that always stay warm */
#define PERIOD_NS       100000000           /* who was not needed for so long is not needed */
#define PAUSE_NS        3000000             /* between two heaps, so that others get to the lock */
#define HEAP_BYTES      ((size_t)4096)
#define HEAP_MAX        ((HEAP_BYTES - sizeof(struct cold_heap)) / sizeof(uintptr_t))
#define GRAB            64 /* stacks taken under one lock */
#define GUARDED         1u /* in an address of cold_heap */

/* A free stack is a link at its own top: no memory of its own, and the line is warm anyway. */
struct free_stack {
    struct free_stack *next;
    uintptr_t hi;
    bool guarded;
};

/* Cold stacks have no page at all, but one in HEAP_MAX: its top page is the list of the others. */
struct cold_heap {
    struct cold_heap *next;
    size_t n;
    uintptr_t tops[]; /* hi, and GUARDED */
};

static struct free_stack *link_of(uintptr_t hi) {
    return (struct free_stack *)(rdl__stack_top(hi) - sizeof(struct free_stack));
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
    EMIT(own_memory((uintptr_t)chunk, bytes));
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

static void set(struct stack *s, uintptr_t hi, bool guarded) {
    s->hi = hi;
    s->lo = hi - stride(s->class);
    s->guarded = guarded;
}

/* The latest to become free. Lock held. */
static bool take_warm(struct stack_pool *pool, struct stack *s) {
    struct free_stack *free = pool->warm;
    if (free == NULL) {
        return false;
    }
    pool->warm = free->next;
    pool->n_warm--;
    pool->n_idle = pool->n_warm < pool->n_idle ? pool->n_warm : pool->n_idle;
    set(s, free->hi, free->guarded);
    return true;
}

/* The heap's own stack is the last of it, and warm. Lock held. */
static bool take_cold(struct stack_pool *pool, struct stack *s) {
    struct cold_heap *heap = pool->cold;
    if (heap == NULL) {
        return false;
    }
    if (heap->n > 1) {
        uintptr_t top = heap->tops[--heap->n];
        set(s, top & ~(uintptr_t)GUARDED, (top & GUARDED) != 0);
    } else {
        pool->cold = heap->next;
        set(s, (uintptr_t)heap + HEAP_BYTES, (heap->tops[0] & GUARDED) != 0);
    }
    return true;
}

bool rdl__stack_new(struct stack *s, unsigned class) {
    struct stack_pool *pool = &rdl__rt.stacks.classes[class];
    s->class = class;
    rdl__lock_acquire(&rdl__rt.stacks.lock, RANK_STACKS);
    bool warm = take_warm(pool, s);
    bool cold = !warm && take_cold(pool, s);
    bool made = !warm && !cold && cut(pool, s, class);
    rdl__lock_release(&rdl__rt.stacks.lock);
    if (made) {
        guard(s);
    } else if (cold && !s->guarded) {
        *canary_of(s) = CANARY;
    }
    return warm || cold || made;
}

void rdl__stack_free(struct stack *s) {
    struct stack_pool *pool = &rdl__rt.stacks.classes[s->class];
    struct free_stack *free = link_of(s->hi);
    rdl__fiber_clean(s->lo, s->hi);
    free->hi = s->hi;
    free->guarded = s->guarded;
    rdl__lock_acquire(&rdl__rt.stacks.lock, RANK_STACKS);
    free->next = pool->warm;
    pool->warm = free;
    pool->n_warm++;
    rdl__lock_release(&rdl__rt.stacks.lock);
    *s = (struct stack){0};
}

/* -- giving pages back -- */

static size_t n_kept(unsigned class) {
    size_t n = KEPT_BYTES / stride(class);
    return n == 0 ? 1 : n;
}

/* Takes up to GRAB stacks that can be spared into heap, and makes one if there is none. */
static struct cold_heap *grab(struct stack_pool *pool, struct cold_heap *heap, unsigned class) {
    struct stack s = {.class = class};
    rdl__lock_acquire(&rdl__rt.stacks.lock, RANK_STACKS);
    for (int i = 0; i < GRAB && pool->n_spare != 0 && (heap == NULL || heap->n < HEAP_MAX); i++) {
        pool->n_spare--;
        if (pool->n_warm <= n_kept(class) || !take_warm(pool, &s)) {
            pool->n_spare = 0;
            break;
        }
        if (heap == NULL) {
            heap = (struct cold_heap *)(s.hi - HEAP_BYTES);
            heap->n = 0;
        }
        heap->tops[heap->n++] = s.hi | (s.guarded ? GUARDED : 0);
    }
    rdl__lock_release(&rdl__rt.stacks.lock);
    return heap;
}

/* Shellsort: stacks become free in any order, but lie side by side. */
static void sort(uintptr_t *tops, size_t n) {
    for (size_t gap = n / 2; gap > 0; gap /= 2) {
        for (size_t i = gap; i < n; i++) {
            uintptr_t top = tops[i];
            size_t at = i;
            for (; at >= gap && tops[at - gap] > top; at -= gap) {
                tops[at] = tops[at - gap];
            }
            tops[at] = top;
        }
    }
}

/* Neighbours go in one call, which interrupts every other CPU that runs the process: guards are no pages,
 * or keep what they are. The first of the heap is its own stack. */
static void discard(struct cold_heap *heap, unsigned class) {
    sort(heap->tops + 1, heap->n - 1);
    uintptr_t lo = (uintptr_t)heap + HEAP_BYTES - stride(class);
    uintptr_t hi = (uintptr_t)heap;
    for (size_t i = 1; i < heap->n; i++) {
        uintptr_t top = heap->tops[i] & ~(uintptr_t)GUARDED;
        uintptr_t bottom = top - stride(class);
        if (top == lo) {
            lo = bottom;
        } else if (bottom == hi) {
            hi = top;
        } else {
            rdl__os_discard((void *)lo, hi - lo);
            lo = bottom;
            hi = top;
        }
    }
    rdl__os_discard((void *)lo, hi - lo);
}

/* One heap of what can be spared; until it is in the pool nobody else sees those stacks. */
static void cool(struct stack_pool *pool, unsigned class) {
    struct cold_heap *heap = NULL;
    size_t before;
    do {
        before = heap == NULL ? 0 : heap->n;
        heap = grab(pool, heap, class);
    } while (heap != NULL && heap->n != before && heap->n < HEAP_MAX);
    if (heap == NULL) {
        return;
    }
    discard(heap, class);
    rdl__lock_acquire(&rdl__rt.stacks.lock, RANK_STACKS);
    heap->next = pool->cold;
    pool->cold = heap;
    rdl__lock_release(&rdl__rt.stacks.lock);
}

/* At the end of a period those that stayed in the pool through it are spare. True: there are more
 * than are kept, so the next end is of interest. */
static bool count_spare(struct stack_pool *pool, unsigned class, bool period_ends) {
    size_t kept = n_kept(class);
    rdl__lock_acquire(&rdl__rt.stacks.lock, RANK_STACKS);
    if (period_ends) {
        pool->n_spare = pool->n_idle > kept ? pool->n_idle - kept : 0;
        pool->n_idle = pool->n_warm;
    }
    bool more = pool->n_warm > kept;
    rdl__lock_release(&rdl__rt.stacks.lock);
    return more;
}

int64_t rdl__stack_trim(int64_t now) {
    struct rdl__stacks *stacks = &rdl__rt.stacks;
    bool period_ends = now >= stacks->period_end_ns;
    bool more = false;
    bool spare = false;
    if (period_ends) {
        stacks->period_end_ns = now + PERIOD_NS;
    }
    for (unsigned class = 0; class < STACK_CLASSES; class ++) {
        struct stack_pool *pool = &stacks->classes[class];
        more = count_spare(pool, class, period_ends) || more;
        if (pool->n_spare != 0) {
            cool(pool, class);
            spare = spare || pool->n_spare != 0;
        }
    }
    return spare ? now + PAUSE_NS : more ? stacks->period_end_ns : OS_FOREVER;
}

bool rdl__stack_is_overflow(const struct stack *s, uintptr_t addr) {
    return addr >= s->lo && addr < s->lo + STACK_GUARD_BYTES;
}

bool rdl__stack_is_intact(const struct stack *s) {
    return s->guarded || s->hi == 0 || *canary_of(s) == CANARY;
}
