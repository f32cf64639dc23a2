/* log.c - the steps of the execution under way, their objects and their order. */
#include "log.h"

#include <stdio.h>
#include <string.h>

#include "place.h"

#define OBJECTS_MAX 4096 /* a power of two */

struct object {
    const void *address;
    int last; /* the event that touched it last */
};

struct event log_events[EVENTS_MAX];
int log_n;
static struct object objects[OBJECTS_MAX];
static int used[OBJECTS_MAX];
static unsigned n_used;
static uint16_t clocks[PROCS_MAX][PROCS_MAX];

void log_reset(void) {
    log_n = 0;
    while (n_used > 0) {
        objects[used[--n_used]].address = NULL;
    }
    memset(clocks, 0, sizeof(clocks));
}

/* Its place in the table, or the free one where it would be. */
static int find(const void *address) {
    unsigned slot = (unsigned)(((uintptr_t)address * 0x9e3779b97f4a7c15u) >> 40) % OBJECTS_MAX;
    while (objects[slot].address != NULL && objects[slot].address != address) {
        slot = (slot + 1) % OBJECTS_MAX;
    }
    return (int)slot;
}

static int object_of(const void *address) {
    int i = find(address);
    if (objects[i].address == NULL) {
        if (n_used == OBJECTS_MAX / 2) {
            world_fail("more than %d objects", OBJECTS_MAX / 2);
        }
        objects[i] = (struct object){.address = address, .last = -1};
        used[n_used++] = i;
    }
    return i;
}

/* Of a step to come: it may. Of one that happens it is known [world_will_change]. */
static bool writes(enum op_kind kind) {
    return kind != OP_LOAD && kind != OP_RETRY && kind != OP_AWAIT;
}

/* -- order -- */

static void join(uint16_t *into, const uint16_t *from) {
    for (unsigned i = 0; i < PROCS_MAX; i++) {
        into[i] = into[i] > from[i] ? into[i] : from[i];
    }
}

static bool writes_object(const struct event *e, int object, int *before) {
    for (unsigned i = 0; i < e->n_touches; i++) {
        if (e->touches[i].object == object) {
            *before = e->touches[i].before;
            return e->touches[i].writes;
        }
    }
    *before = -1;
    return false;
}

/* All that was done to the object before, as far as it conflicts. */
static void join_object(uint16_t *clock, int object, bool is_write) {
    int before;
    for (int i = objects[object].last; i >= 0; i = before) {
        bool wrote = writes_object(&log_events[i], object, &before);
        if (wrote || is_write) {
            join(clock, log_events[i].clock);
        }
        if (wrote) {
            return; /* what is older was before this write already */
        }
    }
}

static void touch(struct event *e, const void *address, bool is_write) {
    int object = object_of(address);
    for (unsigned i = 0; i < e->n_touches; i++) {
        if (e->touches[i].object == object) {
            return;
        }
    }
    join_object(clocks[e->proc], object, is_write);
    e->touches[e->n_touches++] =
        (struct touch){.object = object, .writes = is_write, .before = objects[object].last};
    objects[object].last = (int)(e - log_events);
}

void log_add(const struct process *p, int node) {
    if (log_n == EVENTS_MAX) {
        world_fail("more than %d steps: does it end?", EVENTS_MAX);
    }
    struct event *e = &log_events[log_n];
    unsigned proc = world_index(p);
    *e = (struct event){.proc = proc, .op = p->pending, .node = node};
    touch(e, e->op.object, world_will_change(p));
    for (unsigned i = 0; i < e->op.n_watched; i++) {
        touch(e, e->op.watched[i], false);
    }
    clocks[proc][proc]++;
    memcpy(e->clock, clocks[proc], sizeof(e->clock));
    log_n++;
}

void log_add_process(const struct process *parent, const struct process *child) {
    memcpy(clocks[world_index(child)], clocks[world_index(parent)], sizeof(clocks[0]));
    clocks[world_index(child)][world_index(child)] = 0;
}

bool log_is_before(int i, const struct process *p) {
    const struct event *e = &log_events[i];
    return clocks[world_index(p)][e->proc] >= e->clock[e->proc];
}

/* -- conflicts -- */

/* Steps that can never be possible in the same state: one makes the other possible. */
static bool exclude_each_other(enum op_kind done, enum op_kind next) {
    return (done == OP_UNLOCK && next == OP_LOCK) || (done == OP_LOCK && next == OP_UNLOCK) ||
           (done == OP_READY && next == OP_RESUME) || (done == OP_PARK && next == OP_AWAIT) ||
           (done == OP_WAKE && next == OP_WOKEN);
}

static bool touches_object(const struct event *e, const void *address, bool is_write) {
    int object = find(address);
    int before;
    for (unsigned i = 0; i < e->n_touches; i++) {
        if (e->touches[i].object == object) {
            return is_write || writes_object(e, object, &before);
        }
    }
    return false;
}

bool log_conflicts(const struct event *e, const struct op *op) {
    bool conflict = touches_object(e, op->object, writes(op->kind));
    for (unsigned i = 0; i < op->n_watched; i++) {
        conflict = conflict || touches_object(e, op->watched[i], false);
    }
    return conflict;
}

bool log_is_rival(const struct event *e, const struct process *p) {
    return e->proc != world_index(p) && log_conflicts(e, &p->pending) &&
           !exclude_each_other(e->op.kind, p->pending.kind);
}

int log_rival(const struct process *p) {
    for (int i = log_n - 1; i >= 0; i--) {
        if (log_is_rival(&log_events[i], p) && !log_is_before(i, p)) {
            return i;
        }
    }
    return -1;
}

bool log_has_changed(const struct op *op, const struct process *p, int length) {
    for (int i = log_n - 1; i >= length; i--) {
        if (log_events[i].proc != world_index(p) && log_conflicts(&log_events[i], op)) {
            return true;
        }
    }
    return false;
}

/* -- print -- */

static const char *const kind_names[] = {
    [OP_LOAD] = "load",     [OP_STORE] = "store", [OP_CHANGE] = "change", [OP_LOCK] = "lock",
    [OP_UNLOCK] = "unlock", [OP_WAIT] = "wait",   [OP_WOKEN] = "woken",   [OP_WAKE] = "wake",
    [OP_PARK] = "park",     [OP_READY] = "ready", [OP_RESUME] = "resume", [OP_RETRY] = "look again",
    [OP_CLOCK] = "clock",   [OP_AWAIT] = "await"};

void log_print(void) {
    for (int i = 0; i < log_n; i++) {
        const struct event *e = &log_events[i];
        if (e->note != NULL) {
            printf("      %-18s %s\n", world_name(&world_procs[e->proc]), e->note);
        }
        printf("%5d %-18s %-10s %#lx  %s\n", i + 1, world_name(&world_procs[e->proc]),
               kind_names[e->op.kind], (unsigned long)(uintptr_t)e->op.object, place_of(e->op.pc));
    }
    for (unsigned i = 0; i < world_n_procs; i++) {
        const struct process *p = &world_procs[i];
        if (p->started && !p->finished) {
            printf("      %-18s is before: %s %#lx  %s\n", world_name(p),
                   kind_names[p->pending.kind], (unsigned long)(uintptr_t)p->pending.object,
                   place_of(p->pending.pc));
        }
    }
}
