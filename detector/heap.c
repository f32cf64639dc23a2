/* heap.c - which heap block does an address belong to, and where did the block come from? */
#include "detector/heap.h"

#include "detector/access.h"
#include "detector/core.h"
#include "detector/state.h"

#define FIRST_ROOM 64u

static struct heap_shard *shard_of(uintptr_t start, uint64_t *hash) {
    *hash = mix64(start >> 4);
    return &det.heap.shards[*hash % HEAP_SHARDS];
}

static struct heap_block *slot_in(struct heap_block *blocks, uint32_t room, uintptr_t start,
                                  uint64_t hash) {
    uint32_t at = (uint32_t)(hash >> 32) & (room - 1);
    while (blocks[at].start && blocks[at].start != start) {
        at = (at + 1) & (room - 1);
    }
    return &blocks[at];
}

/* Moves the blocks that may stay into a table of `room`; false: no memory, and nothing changed. */
static bool remake(struct heap_shard *shard, uint32_t room,
                   bool (*may_stay)(const struct heap_block *)) {
    struct heap_block *more = arena_alloc(room * sizeof *more);
    if (!more) {
        return false;
    }
    uint32_t n = 0;
    for (uint32_t i = 0; i < shard->room; i++) {
        const struct heap_block *block = &shard->blocks[i];
        if (block->start && may_stay(block)) {
            uint64_t hash;
            shard_of(block->start, &hash);
            *slot_in(more, room, block->start, hash) = *block;
            n++;
        }
    }
    arena_free(shard->blocks, shard->room * sizeof *shard->blocks);
    shard->blocks = more;
    shard->room = room;
    shard->n = n;
    return true;
}

static bool any(const struct heap_block *block) {
    (void)block;
    return true;
}

static bool is_live(const struct heap_block *block) {
    return block->freed_number == 0;
}

/* Forgets freed blocks, and doubles when that is not enough. */
static bool make_room(struct heap_shard *shard) {
    if (shard->n + 1 <= shard->room / 4 * 3) {
        return true;
    }
    uint32_t live = 0;
    for (uint32_t i = 0; i < shard->room; i++) {
        live += shard->blocks[i].start && is_live(&shard->blocks[i]);
    }
    bool keep_freed = live <= shard->room / 2 && shard->room < FIRST_ROOM * 16;
    uint32_t room = shard->room ? shard->room : FIRST_ROOM;
    room = live > room / 2 || keep_freed ? room * 2 : room;
    return remake(shard, room, keep_freed ? any : is_live);
}

static void add_block(const struct heap_block *block) {
    uint64_t hash;
    struct heap_shard *shard = shard_of(block->start, &hash);
    spin_lock(&shard->lock);
    if (make_room(shard)) {
        struct heap_block *slot = slot_in(shard->blocks, shard->room, block->start, hash);
        shard->n += slot->start == 0;
        *slot = *block;
    } else {
        det_heap_lost();
    }
    spin_unlock(&shard->lock);
}

/* Marks the live block at start as freed; its size, or 0: none. */
static size_t end_block(uintptr_t start, uint32_t site, uint32_t task) {
    uint64_t hash;
    size_t size = 0;
    struct heap_shard *shard = shard_of(start, &hash);
    spin_lock(&shard->lock);
    struct heap_block *block =
        shard->room ? slot_in(shard->blocks, shard->room, start, hash) : NULL;
    if (block && block->start && is_live(block)) {
        size = block->size;
        block->freed_site = site;
        block->freed_task = task;
        block->freed_number = __atomic_add_fetch(&det.heap.frees, 1, __ATOMIC_RELAXED);
    }
    spin_unlock(&shard->lock);
    return size;
}

static bool is_better(const struct heap_block *a, const struct heap_block *b) {
    if (b->start == 0) {
        return true;
    }
    if (is_live(a) != is_live(b)) {
        return is_live(a);
    }
    return a->freed_number > b->freed_number;
}

bool heap_find(uintptr_t addr, struct heap_block *found) {
    *found = (struct heap_block){0};
    for (uint32_t i = 0; i < HEAP_SHARDS; i++) {
        struct heap_shard *shard = &det.heap.shards[i];
        spin_lock(&shard->lock);
        for (uint32_t j = 0; j < shard->room; j++) {
            const struct heap_block *block = &shard->blocks[j];
            if (block->start && addr - block->start < block->size && is_better(block, found)) {
                *found = *block;
            }
        }
        spin_unlock(&shard->lock);
    }
    return found->start != 0;
}

uint32_t heap_count(void) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < HEAP_SHARDS; i++) {
        n += __atomic_load_n(&det.heap.shards[i].n, __ATOMIC_RELAXED); /* a hint: more may come */
    }
    return n;
}

bool heap_each(void (*see)(const struct heap_block *block)) {
    for (uint32_t i = 0; i < HEAP_SHARDS; i++) {
        const struct heap_shard *shard = &det.heap.shards[i];
        if (__atomic_load_n(&shard->lock.held, __ATOMIC_ACQUIRE) == det.generation + 1) {
            return false;
        }
        for (uint32_t j = 0; j < shard->room; j++) {
            if (shard->blocks[j].start) {
                see(&shard->blocks[j]);
            }
        }
    }
    return !__atomic_load_n(&det.heap.lost, __ATOMIC_RELAXED);
}

/* -- collections ---------------------------------------------------------------------------- */

bool heap_is_over(uintptr_t addr) {
    const uint64_t *block = shadow_touched_block(shadow_first(addr));
    uint64_t rec = block ? load_relaxed(block + SHADOW_WRITES + hot_place(addr)) : 0;
    uint32_t bytes = record_mask(rec) & 1u << addr % HOT_GRANULE;
    return !record_is_shared(rec) && bytes != 0 &&
           (context_access(context_part(record_site(rec), &bytes)) & EV_FREE) != 0;
}

/* A large block may have been freed without a record at its start (access.c). */
static bool is_of_use(const struct heap_block *block) {
    return is_live(block) || block->size >= ACCESS_ONLY_TOUCHED_FROM || heap_is_over(block->start);
}

void heap_forget(void) {
    for (uint32_t i = 0; i < HEAP_SHARDS; i++) {
        struct heap_shard *shard = &det.heap.shards[i];
        uint32_t n = 0;
        for (uint32_t j = 0; j < shard->room; j++) {
            n += shard->blocks[j].start && is_of_use(&shard->blocks[j]);
        }
        if (n < shard->n) {
            uint32_t room =
                n < shard->room / 8 && shard->room > FIRST_ROOM ? shard->room / 2 : shard->room;
            remake(shard, room, is_of_use);
        }
    }
}

void heap_mark_tasks(struct marks *needed) {
    for (uint32_t i = 0; i < HEAP_SHARDS; i++) {
        const struct heap_shard *shard = &det.heap.shards[i];
        for (uint32_t j = 0; j < shard->room; j++) {
            if (shard->blocks[j].start) {
                marks_set(needed, shard->blocks[j].task);
                marks_set(needed, shard->blocks[j].freed_task);
            }
        }
    }
}

/* -- events --------------------------------------------------------------------------------- */

static void forget_objects(uintptr_t addr, size_t size) {
    sync_drop_range(addr, size);
    object_drop_range(addr, size);
    misuse_forget(addr, size);
}

void memory_forget(uintptr_t addr, size_t size) {
    shadow_clear(addr, size);
    forget_objects(addr, size);
}

void det_memory_new(struct det_task *t, uintptr_t addr, size_t size, uintptr_t pc) {
    if (!t || !task_enter(t)) {
        return;
    }
    memory_forget(addr, size);
    add_block(&(struct heap_block){
        .start = addr, .size = size, .site = context_site(t, pc, EV_READ, 0), .task = t->id});
    task_leave(t);
}

void det_memory_free(struct det_task *t, uintptr_t addr, uintptr_t pc) {
    if (!t || addr == 0 || !task_enter(t)) {
        return;
    }
    size_t size = end_block(addr, context_site(t, pc, EV_WRITE | EV_FREE, 0), t->id);
    access_inside(t, addr, size, EV_WRITE | EV_FREE, pc);
    task_leave(t);
}

void det_heap_lost(void) {
    __atomic_store_n(&det.heap.lost, true, __ATOMIC_RELAXED);
}

void det_block_new(uintptr_t addr, size_t size) {
    if (collect_visit()) {
        add_block(&(struct heap_block){.start = addr, .size = size});
        collect_unvisit();
    } else {
        det_heap_lost();
    }
}

void det_block_gone(uintptr_t addr) {
    if (collect_visit()) {
        (void)end_block(addr, 0, 0);
        collect_unvisit();
    } else {
        det_heap_lost();
    }
}

void det_objects_forget(uintptr_t addr, size_t size) {
    if (collect_visit()) {
        forget_objects(addr, size);
        collect_unvisit();
    } else {
        limit_blind();
    }
}

void det_memory_forget(uintptr_t addr, size_t size) {
    if (collect_visit()) {
        memory_forget(addr, size);
        collect_unvisit();
    } else {
        limit_blind(); /* history that stays could make a false alarm */
    }
}
