/* arena.c - where does the detector's memory come from, and how is it numbered? */
#include "detector/arena.h"

#include "detector/state.h"

#define FRESH_BYTES   ((size_t)4 << 20)
#define LINE          ((uintptr_t)64)
#define OWN_MAPPING   ((size_t)1 << 20) /* larger blocks are mapped one by one */
#define ASK_AGAIN     1024u             /* requests after a refusal */
#define LARGEST_CLASS ((size_t)1 << 32) /* still larger ones have no class and are unmapped */

/* Classes: multiples of 16 up to 128, then four steps a doubling: at most a quarter is wasted. */
static uint32_t class_of(size_t bytes, size_t *class_bytes) {
    if (bytes <= 128) {
        uint32_t step = bytes == 0 ? 0 : (uint32_t)((bytes - 1) / 16);
        *class_bytes = (step + 1) * (size_t)16;
        return step;
    }
    uint32_t log = 63 - (uint32_t)__builtin_clzll(bytes - 1);
    uint32_t quarter = (uint32_t)((bytes - 1) >> (log - 2)) & 3;
    *class_bytes = (size_t)(5 + quarter) << (log - 2);
    return 8 + (log - 7) * 4 + quarter;
}

/* A system that has refused is asked again only now and then: at its end nearly every access of new memory
 * comes here, and a call of the system for each made a program 100 times as slow. */
static bool is_hopeless(size_t bytes) {
    size_t refused = __atomic_load_n(&det.arena.refused, __ATOMIC_RELAXED); /* a hint */
    return refused && bytes >= refused &&
           __atomic_add_fetch(&det.arena.refusals, 1, __ATOMIC_RELAXED) % ASK_AGAIN != 0;
}

static uintptr_t reserve_or_count(size_t bytes) {
    uintptr_t at = is_hopeless(bytes) ? 0 : det.host->reserve(bytes, 0);
    if (at == 0) {
        limit_raise(LIMIT_OUT_OF_MEMORY);
    }
    size_t refused = __atomic_load_n(&det.arena.refused, __ATOMIC_RELAXED);
    bool differs = at ? refused && bytes >= refused : !refused || bytes < refused;
    if (__builtin_expect(differs, 0)) {
        __atomic_store_n(&det.arena.refused, at ? 0 : bytes, __ATOMIC_RELAXED);
    }
    return at;
}

static size_t whole_pages(size_t bytes) {
    return (bytes + BASE_PAGE - 1) & ~(size_t)(BASE_PAGE - 1);
}

/* Relaxed, here and below: a sum that nothing hangs on but when to look at it. */
static void count(uint64_t *sum, uint64_t bytes) {
    __atomic_fetch_add(sum, bytes, __ATOMIC_RELAXED);
    budget_grew();
}

static void *map(size_t bytes) {
    void *block = (void *)reserve_or_count(whole_pages(bytes));
    if (block) {
        count(&det.arena.bytes, whole_pages(bytes));
    }
    return block;
}

static void *take_fresh(struct arena *arena, size_t bytes) {
    if (bytes > OWN_MAPPING) {
        return map(bytes);
    }
    spin_lock(&arena->lock);
    if (bytes % LINE == 0) {
        arena->fresh = (arena->fresh + LINE - 1) & ~(LINE - 1);
    }
    if (arena->fresh_end - arena->fresh < bytes) {
        uintptr_t more = reserve_or_count(FRESH_BYTES);
        if (more == 0) {
            spin_unlock(&arena->lock);
            return NULL;
        }
        count(&arena->bytes, FRESH_BYTES);
        arena->fresh = more;
        arena->fresh_end = more + FRESH_BYTES;
    }
    uintptr_t at = arena->fresh;
    arena->fresh += bytes;
    spin_unlock(&arena->lock);
    return (void *)at;
}

static void *take_freed(struct arena_class *class, size_t bytes) {
    if (!__atomic_load_n(&class->free, __ATOMIC_RELAXED)) {
        return NULL; /* a block freed this instant is found next time */
    }
    spin_lock(&class->lock);
    void *block = class->free;
    if (block) {
        __atomic_store_n(&class->free, *(void **)block, __ATOMIC_RELAXED);
    }
    spin_unlock(&class->lock);
    if (block && bytes > OWN_MAPPING) {
        count(&det.arena.bytes, whole_pages(bytes));
    }
    if (block) {
        zero_bytes(block, bytes > OWN_MAPPING ? sizeof(void *) : bytes);
    }
    return block;
}

uint64_t arena_bytes(void) {
    const struct arena *arena = &det.arena;
    return load_relaxed(&arena->bytes) + load_relaxed(&arena->tables) -
           (__atomic_load_n(&arena->fresh_end, __ATOMIC_RELAXED) -
            __atomic_load_n(&arena->fresh, __ATOMIC_RELAXED)); /* between two: soon right again */
}

void *arena_alloc(size_t bytes) {
    if (bytes > LARGEST_CLASS) {
        return map(bytes);
    }
    size_t class_bytes;
    struct arena_class *class = &det.arena.classes[class_of(bytes, &class_bytes)];
    void *block = take_freed(class, class_bytes);
    return block ? block : take_fresh(&det.arena, class_bytes);
}

void arena_free(void *p, size_t bytes) {
    if (!p) {
        return;
    }
    if (bytes > LARGEST_CLASS) {
        det.host->unreserve((uintptr_t)p, whole_pages(bytes));
        __atomic_fetch_sub(&det.arena.bytes, whole_pages(bytes), __ATOMIC_RELAXED);
        return;
    }
    size_t class_bytes;
    struct arena_class *class = &det.arena.classes[class_of(bytes, &class_bytes)];
    if (class_bytes > OWN_MAPPING) {
        det.host->discard((uintptr_t)p, whole_pages(class_bytes));
        __atomic_fetch_sub(&det.arena.bytes, whole_pages(class_bytes), __ATOMIC_RELAXED);
    }
    spin_lock(&class->lock);
    *(void **)p = class->free;
    __atomic_store_n(&class->free, p, __ATOMIC_RELAXED);
    spin_unlock(&class->lock);
}

char *arena_text(const char *text) {
    size_t bytes = text_bytes(text);
    char *copy = bytes == 0 ? NULL : arena_alloc(bytes + 1);
    if (copy) {
        copy_bytes(copy, text, bytes);
    }
    return copy;
}

uintptr_t arena_reserve(size_t bytes) {
    return reserve_or_count(whole_pages(bytes));
}

/* Commits the chunk of `index`; two threads may need the same one at once. */
static bool ensure_chunk(struct table *table, struct table_shape shape, uint32_t index) {
    size_t chunk = index >> shape.chunk_shift;
    uintptr_t *chunks = __atomic_load_n(&table->chunks, __ATOMIC_ACQUIRE);
    if (chunks && __atomic_load_n(&chunks[chunk], __ATOMIC_ACQUIRE)) {
        return true;
    }
    spin_lock(&table->lock);
    if (!table->chunks) {
        size_t n_chunks = (size_t)((shape.limit >> shape.chunk_shift) + 1);
        chunks = (uintptr_t *)arena_reserve(n_chunks * sizeof(uintptr_t));
        __atomic_store_n(&table->chunks, chunks, __ATOMIC_RELEASE);
    }
    chunks = table->chunks;
    if (chunks && !chunks[chunk]) {
        uintptr_t memory = arena_reserve(shape.item_bytes << shape.chunk_shift);
        if (memory) {
            count(&det.arena.tables, shape.item_bytes << shape.chunk_shift);
        }
        __atomic_store_n(&chunks[chunk], memory, __ATOMIC_RELEASE);
    }
    bool there = chunks && chunks[chunk];
    spin_unlock(&table->lock);
    return there;
}

uint32_t table_take_some(struct table *table, struct table_shape shape, uint32_t n) {
    /* Looked at before they are taken: numbers without memory would be taken in vain. */
    uint64_t next = load_relaxed(&table->next) + 1;
    if (next + n > shape.limit || !ensure_chunk(table, shape, (uint32_t)(next + n - 1))) {
        return 0;
    }
    /* Relaxed: the numbers are all that is taken; whoever publishes an item orders its content. */
    uint64_t first = __atomic_fetch_add(&table->next, n, __ATOMIC_RELAXED) + 1;
    uint64_t last = first + n - 1;
    if (last >= shape.limit || !ensure_chunk(table, shape, (uint32_t)first) ||
        !ensure_chunk(table, shape, (uint32_t)last)) {
        return 0;
    }
    return (uint32_t)first;
}

uint32_t table_take(struct table *table, struct table_shape shape) {
    return table_take_some(table, shape, 1);
}
