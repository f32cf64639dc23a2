/* races.c - clocks of C11 happens-before, and who touched each byte last. */
#include "races.h"

#include <string.h>

#include "memory.h"
#include "place.h"

#define ATOMICS_MAX  4096  /* a power of two */
#define GRANULES_MAX 16384 /* a power of two */
#define TOUCHES_MAX  40

typedef uint16_t clock_vector[PROCS_MAX];

struct atomic {
    const void *address;
    unsigned execution;
    clock_vector released;
};

struct access {
    uint8_t proc, bytes; /* mask of the granule's bytes */
    bool is_write, is_atomic;
    uint16_t at; /* the process' clock */
    uintptr_t pc;
};

struct granule {
    uintptr_t address; /* of 8 bytes */
    unsigned execution;
    unsigned n;
    struct access accesses[TOUCHES_MAX];
};

static struct {
    unsigned execution;
    struct atomic atomics[ATOMICS_MAX];
    clock_vector clocks[PROCS_MAX];
    clock_vector read[PROCS_MAX];   /* what relaxed loads saw: an acquire fence takes it */
    clock_vector fenced[PROCS_MAX]; /* at the last release fence */
    struct granule granules[GRANULES_MAX];
} races;

void races_reset(void) {
    races.execution++;
    memset(races.clocks, 0, sizeof(races.clocks));
    memset(races.read, 0, sizeof(races.read));
    memset(races.fenced, 0, sizeof(races.fenced));
    for (unsigned i = 0; i < PROCS_MAX; i++) {
        races.clocks[i][i] = 1;
    }
}

static void join(uint16_t *into, const uint16_t *from) {
    for (unsigned i = 0; i < PROCS_MAX; i++) {
        into[i] = into[i] > from[i] ? into[i] : from[i];
    }
}

static void advance(unsigned self) {
    races.clocks[self][self]++;
}

void races_add_process(const struct process *parent, const struct process *child) {
    unsigned p = world_index(parent), c = world_index(child);
    join(races.clocks[c], races.clocks[p]);
    races.clocks[c][c] = 1;
    advance(p);
}

/* -- bytes -- */

static struct granule *granule_of(uintptr_t address) {
    unsigned slot = (unsigned)((address * 0x9e3779b97f4a7c15u) >> 40) % GRANULES_MAX;
    while (races.granules[slot].execution == races.execution &&
           races.granules[slot].address != address) {
        slot = (slot + 1) % GRANULES_MAX;
    }
    struct granule *g = &races.granules[slot];
    if (g->execution != races.execution) {
        g->execution = races.execution;
        g->address = address;
        g->n = 0;
    }
    return g;
}

static bool is_ordered(const struct access *a) {
    return races.clocks[world_index(world_self)][a->proc] >= a->at;
}

static bool clash(const struct access *a, const struct access *b) {
    return a->proc != b->proc && (a->bytes & b->bytes) != 0 && (a->is_write || b->is_write) &&
           !(a->is_atomic && b->is_atomic);
}

/* What is ordered before a write of all its bytes can clash with nobody that the write does not. */
static void keep(struct granule *g, const struct access *next) {
    unsigned n = 0;
    for (unsigned i = 0; i < g->n; i++) {
        const struct access *a = &g->accesses[i];
        bool covered = (a->bytes & ~next->bytes) == 0 && a->is_write <= next->is_write &&
                       a->is_atomic >= next->is_atomic && is_ordered(a);
        if (!covered) {
            g->accesses[n++] = *a;
        }
    }
    g->n = n;
    if (n < TOUCHES_MAX) {
        g->accesses[g->n++] = *next;
    } else {
        world_fail("more than %d accesses of one word", TOUCHES_MAX);
    }
}

static void touch_granule(uintptr_t address, const struct access *next) {
    struct granule *g = granule_of(address);
    for (unsigned i = 0; i < g->n; i++) {
        const struct access *a = &g->accesses[i];
        if (clash(a, next) && !is_ordered(a)) {
            world_fail("race: %s%s of %#lx at %s\n  is not ordered with the %s%s of %s at %s",
                       next->is_atomic ? "atomic " : "", next->is_write ? "write" : "read",
                       (unsigned long)address, place_of(next->pc), a->is_atomic ? "atomic " : "",
                       a->is_write ? "write" : "read", world_name(&world_procs[a->proc]),
                       place_of(a->pc));
        }
    }
    keep(g, next);
}

/* A frame that is gone: another's stack below where it stopped. */
static void check_stack(const void *address, uintptr_t pc) {
    int owner = memory_stack_of(address);
    if (owner < 0 || (unsigned)owner == world_index(world_self)) {
        return;
    }
    const struct process *p = &world_procs[owner];
    if (p->finished || (uintptr_t)address < (uintptr_t)p->context.sp) {
        world_fail("%s touches a frame of %s that is gone, at %s", world_name(world_self),
                   world_name(p), place_of(pc));
    }
}

/* One block stands for the threads of all. */
static bool is_thread_block(const void *address) {
    const char *at = address, *own = (const char *)&rdl__this_thread;
    return at >= own && at < own + sizeof(rdl__this_thread);
}

static void touch(const void *address, size_t bytes, bool is_write, bool is_atomic, uintptr_t pc) {
    if (is_thread_block(address)) {
        return;
    }
    uintptr_t at = (uintptr_t)address, end = at + bytes;
    if (memory_is_freed(address)) {
        world_fail("%s touches freed memory at %s", world_name(world_self), place_of(pc));
    }
    check_stack(address, pc);
    while (at < end) {
        uintptr_t granule = at & ~(uintptr_t)7;
        uintptr_t stop = end < granule + 8 ? end : granule + 8;
        struct access next = {.proc = (uint8_t)world_index(world_self),
                              .bytes = (uint8_t)(((1u << (stop - at)) - 1) << (at - granule)),
                              .is_write = is_write,
                              .is_atomic = is_atomic,
                              .at = races.clocks[world_index(world_self)][world_index(world_self)],
                              .pc = pc};
        touch_granule(granule, &next);
        at = stop;
    }
}

void races_plain(const void *address, size_t bytes, bool is_write, uintptr_t pc) {
    if (world_self != NULL && bytes != 0) {
        touch(address, bytes, is_write, false, pc);
    }
}

/* -- atomics -- */

static uint16_t *released(const void *address) {
    unsigned slot = (unsigned)(((uintptr_t)address * 0x9e3779b97f4a7c15u) >> 40) % ATOMICS_MAX;
    while (races.atomics[slot].execution == races.execution &&
           races.atomics[slot].address != address) {
        slot = (slot + 1) % ATOMICS_MAX;
    }
    struct atomic *a = &races.atomics[slot];
    if (a->execution != races.execution) {
        *a = (struct atomic){.address = address, .execution = races.execution};
    }
    return a->released;
}

static bool acquires(int order) {
    return order == __ATOMIC_ACQUIRE || order == __ATOMIC_CONSUME || order == __ATOMIC_ACQ_REL ||
           order == __ATOMIC_SEQ_CST;
}

static bool releases(int order) {
    return order == __ATOMIC_RELEASE || order == __ATOMIC_ACQ_REL || order == __ATOMIC_SEQ_CST;
}

static void take(unsigned self, const void *address, int order) {
    join(acquires(order) ? races.clocks[self] : races.read[self], released(address));
}

static void give(unsigned self, const void *address, int order) {
    join(released(address), releases(order) ? races.clocks[self] : races.fenced[self]);
    advance(self);
}

void races_load(const void *address, size_t bytes, int order, uintptr_t pc) {
    if (world_self != NULL) {
        touch(address, bytes, false, true, pc);
        take(world_index(world_self), address, order);
    }
}

void races_store(const void *address, size_t bytes, int order, uintptr_t pc) {
    if (world_self != NULL) {
        touch(address, bytes, true, true, pc);
        memset(released(address), 0, sizeof(clock_vector)); /* ends the release sequence */
        give(world_index(world_self), address, order);
    }
}

void races_change(const void *address, size_t bytes, int order, uintptr_t pc) {
    if (world_self != NULL) {
        touch(address, bytes, true, true, pc);
        take(world_index(world_self), address, order);
        give(world_index(world_self), address, order);
    }
}

void races_fence(int order) {
    if (world_self == NULL) {
        return;
    }
    unsigned self = world_index(world_self);
    if (acquires(order)) {
        join(races.clocks[self], races.read[self]);
    }
    if (releases(order)) {
        memcpy(races.fenced[self], races.clocks[self], sizeof(clock_vector));
        advance(self);
    }
}

void races_publish(const void *key) {
    give(world_index(world_self), key, __ATOMIC_RELEASE);
}

void races_receive(const void *key) {
    take(world_index(world_self), key, __ATOMIC_ACQUIRE);
}
