/* object.c - what is at this address, for people? */
#include "detector/object.h"

#include "detector/core.h"
#include "detector/state.h"

#define FIRST_ROOM  64u
#define OBJECT_GONE ((uintptr_t)1)
#define LINE        ((uintptr_t)64)

/* -- pages ---------------------------------------------------------------------------------- */

static uint32_t *page_count(uintptr_t addr) {
    uintptr_t page = addr / BASE_PAGE;
    return &det.objects.in_page[(page ^ page >> 20) % OBJECT_PAGE_COUNTS];
}

static void count_page(uintptr_t addr, uint32_t change) {
    uint32_t *count = page_count(addr);
    /* Relaxed: a range is dropped when its memory changes hands, which the program must order. */
    __atomic_store_n(count, *count + change, __ATOMIC_RELAXED);
}

/* -- table ---------------------------------------------------------------------------------- */

/* Objects of one 64-byte line of the program are probed for from one slot on. */
static uint32_t first_slot(uint32_t room, uintptr_t addr) {
    return (uint32_t)mix64(addr / LINE) & (room - 1);
}

static struct object *slot_in(struct object *objects, uint32_t room, uintptr_t addr) {
    uint32_t at = first_slot(room, addr);
    while (objects[at].addr && objects[at].addr != addr) {
        at = (at + 1) & (room - 1);
    }
    return &objects[at];
}

static bool make_room(struct object_state *state) {
    if (state->used + 1 <= state->room / 2) {
        return true;
    }
    uint32_t room = FIRST_ROOM;
    while (room / 2 < state->n * 2 + 1) {
        room *= 2;
    }
    struct object *more = arena_alloc(room * sizeof *more);
    if (!more) {
        return false;
    }
    for (uint32_t i = 0; i < state->room; i++) {
        const struct object *object = &state->objects[i];
        if (object->addr && object->addr != OBJECT_GONE) {
            *slot_in(more, room, object->addr) = *object;
        }
    }
    arena_free(state->objects, state->room * sizeof *state->objects);
    state->objects = more;
    state->room = room;
    state->used = state->n;
    return true;
}

/* The entry of exactly addr; the table is locked. NULL: none, or no memory. */
static struct object *entry_of(struct object_state *state, uintptr_t addr, bool make) {
    if (addr <= OBJECT_GONE || (make && !make_room(state)) || state->room == 0) {
        return NULL;
    }
    struct object *object = slot_in(state->objects, state->room, addr);
    if (object->addr == 0) {
        if (!make) {
            return NULL;
        }
        *object = (struct object){.addr = addr, .kind = EV_OBJECT_USER};
        count_page(addr, 1);
        state->n++;
        state->used++;
    }
    return object;
}

static void free_name(char *name) {
    arena_free(name, text_bytes(name) + 1);
}

static void drop(struct object_state *state, struct object *object) {
    free_name(object->name); /* readers have copies */
    object->name = NULL;
    count_page(object->addr, (uint32_t)-1);
    object->addr = OBJECT_GONE; /* later entries of the probe stay reachable */
    state->n--;
}

bool object_find(uintptr_t addr, struct object *found) {
    struct object_state *state = &det.objects;
    spin_lock(&state->lock);
    const struct object *best = entry_of(state, addr, false);
    for (uint32_t i = 0; !best && i < state->room; i++) {
        const struct object *object = &state->objects[i];
        if (object->addr > OBJECT_GONE && addr - object->addr < object->size) {
            best = object;
        }
    }
    if (best) {
        *found = *best;
        found->name = arena_text(best->name);
    }
    spin_unlock(&state->lock);
    return best != NULL;
}

void object_release(struct object *found) {
    free_name(found->name);
}

bool object_is(uintptr_t addr, enum ev_object_kind kind) {
    struct object_state *state = &det.objects;
    spin_lock(&state->lock);
    const struct object *object = entry_of(state, addr, false);
    bool is_it = object && object->kind == (uint32_t)kind;
    spin_unlock(&state->lock);
    return is_it;
}

/* The next of that kind from slot `at` on; 0: there is none, else the slot after it. */
static uint32_t next_of(enum ev_object_kind kind, uint32_t at, struct object *found) {
    struct object_state *state = &det.objects;
    uint32_t next = 0;
    spin_lock(&state->lock);
    for (; next == 0 && at < state->room; at++) {
        if (state->objects[at].addr > OBJECT_GONE && state->objects[at].kind == (uint32_t)kind) {
            *found = state->objects[at];
            found->name = NULL;
            next = at + 1;
        }
    }
    spin_unlock(&state->lock);
    return next;
}

void object_each(enum ev_object_kind kind, void (*see)(const struct object *object)) {
    struct object found;
    for (uint32_t at = 0; (at = next_of(kind, at, &found)) != 0;) {
        see(&found);
    }
}

static void drop_in_line(struct object_state *state, uintptr_t line, uintptr_t lo, uintptr_t hi) {
    uint32_t at = first_slot(state->room, line);
    for (; state->objects[at].addr; at = (at + 1) & (state->room - 1)) {
        struct object *object = &state->objects[at];
        if (object->addr >= lo && object->addr < hi && object->addr > OBJECT_GONE) {
            drop(state, object);
        }
    }
}

static void drop_pages(struct object_state *state, uintptr_t lo, uintptr_t hi) {
    for (uintptr_t at = lo; at < hi;) {
        uintptr_t end = (at | (BASE_PAGE - 1)) + 1;
        end = end < hi ? end : hi;
        if (__atomic_load_n(page_count(at), __ATOMIC_RELAXED)) {
            spin_lock(&state->lock);
            for (uintptr_t line = at & ~(LINE - 1); line < end && state->room; line += LINE) {
                drop_in_line(state, line, at, end);
            }
            spin_unlock(&state->lock);
        }
        at = end;
    }
}

static void drop_among_all(struct object_state *state, uintptr_t addr, size_t size) {
    spin_lock(&state->lock);
    for (uint32_t i = 0; i < state->room; i++) {
        struct object *object = &state->objects[i];
        if (object->addr > OBJECT_GONE && object->addr - addr < size) {
            drop(state, object);
        }
    }
    spin_unlock(&state->lock);
}

void object_drop_range(uintptr_t addr, size_t size) {
    struct object_state *state = &det.objects;
    if (__atomic_load_n(&state->n, __ATOMIC_RELAXED) == 0) {
        return;
    }
    if (size / BASE_PAGE < state->room) {
        drop_pages(state, addr, addr + size);
    } else {
        drop_among_all(state, addr, size);
    }
}

/* -- events --------------------------------------------------------------------------------- */

void det_object_new(struct det_task *t, enum ev_object_kind kind, uintptr_t addr, size_t size,
                    uintptr_t pc) {
    if (!t || !task_enter(t)) {
        return;
    }
    uint32_t site = context_site(t, pc, EV_READ, 0);
    orphan_no_more(addr); /* nobody's, whoever held what was there */
    lockorder_forget(addr);
    spin_lock(&det.objects.lock);
    struct object *object = entry_of(&det.objects, addr, true);
    if (object) {
        free_name(object->name);
        *object = (struct object){.addr = addr, .size = size, .kind = kind, .site = site};
    }
    spin_unlock(&det.objects.lock);
    task_leave(t);
}

void det_object_destroy(struct det_task *t, uintptr_t addr, size_t size) {
    if (!t || !task_enter(t)) {
        return;
    }
    sync_drop_range(addr, size);
    orphan_no_more(addr); /* nobody's any more */
    spin_lock(&det.objects.lock);
    struct object *object = entry_of(&det.objects, addr, false);
    if (object) {
        drop(&det.objects, object);
    }
    spin_unlock(&det.objects.lock);
    task_leave(t);
}

void det_object_known(enum ev_object_kind kind, uintptr_t addr, size_t size, const char *name) {
    spin_lock(&det.objects.lock);
    struct object *object = entry_of(&det.objects, addr, true);
    if (object) {
        object->kind = kind;
        object->size = size;
    }
    spin_unlock(&det.objects.lock);
    det_object_name(addr, name);
}

void det_object_name(uintptr_t addr, const char *name) {
    char *copy = arena_text(name);
    spin_lock(&det.objects.lock);
    struct object *object = entry_of(&det.objects, addr, true);
    char *old = copy; /* no memory: nobody's */
    if (object) {
        old = object->name;
        object->name = copy;
    }
    free_name(old);
    spin_unlock(&det.objects.lock);
}
