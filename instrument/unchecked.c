/* unchecked.c - see unchecked.h.
 *
 * Benign bytes stand in a hash table of blocks of 64 bytes, a bit for each byte, that is reserved by
 * the first mark. Readers take no lock; a block's place, once taken, stays its own.
 */
#include "instrument/unchecked.h"

#include "instrument/sys.h"

#define BLOCK_BITS  6u
#define BLOCK_BYTES ((uintptr_t)1 << BLOCK_BITS)
#define TABLE_BITS  20u
#define TABLE_SLOTS ((size_t)1 << TABLE_BITS)
#define BLOCKS_MOST (TABLE_SLOTS / 4 * 3)

#define PARKED_MOST 1024u /* tasks that are not running inside an ignore mark */

struct benign_block {
    uintptr_t block; /* address / BLOCK_BYTES; 0: free. Written once */
    uint64_t bytes;
};

struct parked_ignores {
    const struct det_task *t; /* NULL: free */
    struct ignores ignores;
};

static void count_limit(void) {
    count_up64(&det_process()->limits[LIMIT_OUT_OF_MEMORY]);
}

static void count_unchecked(void) {
    count_up64(&det_process()->limits[LIMIT_UNCHECKED]);
}

/* Only inside the guard: no handler of this thread comes in between. */
static void lock(void) {
    while (__atomic_exchange_n(&front.benign.lock, 1, __ATOMIC_ACQUIRE) != 0) {
        sys_yield();
    }
}

static void unlock(void) {
    __atomic_store_n(&front.benign.lock, 0, __ATOMIC_RELEASE);
}

void unchecked_fork_child(void) {
    unlock(); /* its holder may be a thread that is not here */
}

/* -- ignore marks --------------------------------------------------------------------------- */

void unchecked_begin(enum ignore_kind kind) {
    self.ignores.of[kind]++;
    self.ignores.any++;
}

void unchecked_end(enum ignore_kind kind) {
    if (self.ignores.of[kind] != 0) {
        self.ignores.of[kind]--;
        self.ignores.any--;
    }
}

static struct parked_ignores *parked_of(const struct det_task *t) {
    struct parked_ignores *all = front.benign.parked;
    for (size_t i = 0; all != NULL && i < PARKED_MOST; i++) {
        if (all[i].t == t) {
            return &all[i];
        }
    }
    return NULL;
}

static void park(const struct det_task *t) {
    if (front.benign.parked == NULL) {
        front.benign.parked =
            (struct parked_ignores *)sys_map(PARKED_MOST * sizeof(struct parked_ignores), 0);
    }
    struct parked_ignores *place = parked_of(NULL);
    if (place == NULL) {
        count_limit();
        return;
    }
    place->ignores = self.ignores;
    place->t = t;
    front.benign.n_parked++;
}

static bool unpark(const struct det_task *t, struct ignores *out) {
    struct parked_ignores *place = parked_of(t);
    if (place == NULL) {
        return false;
    }
    *out = place->ignores;
    place->t = NULL;
    front.benign.n_parked--;
    return true;
}

void unchecked_switch(const struct det_task *t) {
    uint32_t was = guard_enter();
    lock();
    if (self.ignores.any != 0 && self.task != NULL) {
        park(self.task);
    }
    self.ignores = (struct ignores){0};
    if (t != NULL) {
        (void)unpark(t, &self.ignores);
    }
    unlock();
    guard_leave(was);
}

void unchecked_task_end(const struct det_task *t) {
    if (UNLIKELY(__atomic_load_n(&front.benign.n_parked, __ATOMIC_RELAXED) != 0) && t != NULL) {
        struct ignores none;
        uint32_t was = guard_enter();
        lock();
        (void)unpark(t, &none);
        unlock();
        guard_leave(was);
    }
}

/* -- benign bytes --------------------------------------------------------------------------- */

/* The place of a block, or the free one where it would stand; NULL: no table. */
static struct benign_block *place_of(uintptr_t block) {
    struct benign_block *table = __atomic_load_n(&front.benign.table, __ATOMIC_ACQUIRE);
    if (table == NULL) {
        return NULL;
    }
    size_t at = block * 0x9e3779b97f4a7c15u >> (64 - TABLE_BITS);
    for (;; at = (at + 1) % TABLE_SLOTS) { /* a quarter of the table stays free */
        uintptr_t found = __atomic_load_n(&table[at].block, __ATOMIC_ACQUIRE);
        if (found == block || found == 0) {
            return &table[at];
        }
    }
}

static uint64_t marked_of(uintptr_t block) {
    const struct benign_block *place = place_of(block);
    return place == NULL ? 0 : __atomic_load_n(&place->bytes, __ATOMIC_RELAXED);
}

/* The bits of [addr, end) in a block. */
static uint64_t bits_in(uintptr_t block, uintptr_t addr, uintptr_t end) {
    uintptr_t lo = block << BLOCK_BITS, hi = lo + BLOCK_BYTES;
    uintptr_t from = addr > lo ? addr - lo : 0, to = end < hi ? end - lo : BLOCK_BYTES;
    uint64_t below_to = to == BLOCK_BYTES ? ~(uint64_t)0 : ((uint64_t)1 << to) - 1;
    return below_to & ~(((uint64_t)1 << from) - 1);
}

static void mark(uintptr_t block, uint64_t bits) {
    struct benign_block *place = place_of(block);
    if (place->block == 0) {
        if (front.benign.blocks == BLOCKS_MOST) {
            count_limit();
            return;
        }
        front.benign.blocks++;
        __atomic_store_n(&place->block, block, __ATOMIC_RELEASE);
    }
    __atomic_fetch_or(&place->bytes, bits, __ATOMIC_RELAXED); /* tasks are not ordered by it */
}

/* Readers load lo, then bytes. So the end is moved first and the range they see holds the old one:
 *
 *     widen                     reader
 *     bytes := hi - new lo
 *                               lo (old), bytes (new): ends too late
 *     lo := new lo
 */
static void widen(uintptr_t addr, uintptr_t end) {
    uintptr_t lo = front.benign.lo, hi = lo + front.benign.bytes;
    bool first = front.benign.bytes == 0;
    uintptr_t new_lo = first || addr < lo ? addr : lo, new_hi = first || end > hi ? end : hi;
    if (first) {
        __atomic_store_n(&front.benign.lo, new_lo, __ATOMIC_RELEASE);
    }
    __atomic_store_n(&front.benign.bytes, new_hi - new_lo, __ATOMIC_RELEASE);
    __atomic_store_n(&front.benign.lo, new_lo, __ATOMIC_RELEASE);
}

void benign_begin(uintptr_t addr, size_t size) {
    if (size == 0 || addr + size < addr || event_enter() == NULL) {
        return;
    }
    lock();
    if (front.benign.table == NULL) {
        uintptr_t table = sys_map(TABLE_SLOTS * sizeof(struct benign_block), 0);
        __atomic_store_n(&front.benign.table, (struct benign_block *)table, __ATOMIC_RELEASE);
    }
    if (front.benign.table == NULL) {
        count_limit();
    } else {
        for (uintptr_t b = addr >> BLOCK_BITS; b <= (addr + size - 1) >> BLOCK_BITS; b++) {
            mark(b, bits_in(b, addr, addr + size));
        }
        widen(addr, addr + size);
    }
    unlock();
    event_leave();
}

static void unmark(struct benign_block *place, uintptr_t addr, uintptr_t end) {
    if (__atomic_load_n(&place->bytes, __ATOMIC_RELAXED) != 0) {
        __atomic_fetch_and(&place->bytes, ~bits_in(place->block, addr, end), __ATOMIC_RELAXED);
    }
}

/* Of a range with more blocks than the table has places the table is gone through. */
void benign_end(uintptr_t addr, size_t size) {
    uintptr_t lo = front.benign.lo, hi = lo + front.benign.bytes, end = addr + size;
    addr = addr > lo ? addr : lo;
    end = end < hi ? end : hi;
    if (addr >= end) {
        return;
    }
    uintptr_t first = addr >> BLOCK_BITS, last = (end - 1) >> BLOCK_BITS;
    if (last - first >= TABLE_SLOTS) {
        for (size_t i = 0; i < TABLE_SLOTS; i++) {
            struct benign_block *place = &front.benign.table[i];
            uintptr_t block = __atomic_load_n(&place->block, __ATOMIC_ACQUIRE);
            if (block - first <= last - first) {
                unmark(place, addr, end);
            }
        }
        return;
    }
    for (uintptr_t b = first; b <= last; b++) {
        unmark(place_of(b), addr, end);
    }
}

/* How many bytes from addr on, up to end, are alike: all marked or none. */
static size_t run_of(uintptr_t addr, uintptr_t end, bool *marked) {
    uintptr_t at = addr;
    *marked = (marked_of(addr >> BLOCK_BITS) >> (addr % BLOCK_BYTES) & 1) != 0;
    while (at < end) {
        uint64_t bits = marked_of(at >> BLOCK_BITS) >> (at % BLOCK_BYTES);
        uint64_t other = *marked ? ~bits : bits;
        uintptr_t left = BLOCK_BYTES - at % BLOCK_BYTES;
        uintptr_t alike = other == 0 ? left : (uintptr_t)__builtin_ctzll(other);
        at += alike < left ? alike : left;
        if (alike < left) {
            break;
        }
    }
    return (at < end ? at : end) - addr;
}

static void tell(uintptr_t addr, size_t size, uint32_t bits, uintptr_t pc) {
    struct det_task *t = event_enter();
    if (t != NULL) {
        det_access(t, addr, size, bits, pc);
        event_leave();
    }
}

bool unchecked_access(uintptr_t addr, size_t size, uint32_t bits, uintptr_t pc) {
    if (ignores_access(bits)) {
        if (self.ignores.of[IGNORE_ALL] == 0) {
            count_unchecked();
        }
        return true;
    }
    bool marked;
    uintptr_t end = addr + size;
    size_t n = run_of(addr, end, &marked);
    if (!marked && n == size) {
        return false;
    }
    count_unchecked();
    for (; addr < end; addr += n) {
        n = run_of(addr, end, &marked);
        if (!marked) {
            tell(addr, n, bits, pc);
        }
    }
    return true;
}
