/* object.h - what is at this address, for people: a channel, a lock, its name, where it was made?
 *
 * Use      Reports only; no edge, no verdict. Exact addresses in events, interior ones in reports.
 */
#ifndef RADDLE_DETECTOR_OBJECT_H
#define RADDLE_DETECTOR_OBJECT_H

#include "detector/arena.h"
#include "detector/event.h"

#define OBJECT_PAGE_COUNTS (1u << 20) /* few ranges meet a count of other pages */

struct object {
    uintptr_t addr; /* 0: free slot; OBJECT_GONE: was used */
    size_t size;
    char *name;    /* NULL: none */
    uint32_t kind; /* enum ev_object_kind */
    uint32_t site; /* where it was made */
};

struct object_state {
    struct spin lock;
    uint32_t n, used, room; /* used: slots that are not free; room: power of two */
    struct object *objects;
    uint32_t in_page[OBJECT_PAGE_COUNTS]; /* objects that start there, by hash of the page */
};

/* The object that holds addr (or starts there), with a copy of its name, which object_release frees; false:
 * none known. */
DET_HIDDEN bool object_find(uintptr_t addr, struct object *found);
DET_HIDDEN void object_release(struct object *found);
/* Whether one of that kind was made exactly there. */
DET_HIDDEN bool object_is(uintptr_t addr, enum ev_object_kind kind);
/* Shows a copy, without its name, of each object of that kind; nothing is locked meanwhile. */
DET_HIDDEN void object_each(enum ev_object_kind kind, void (*see)(const struct object *object));
DET_HIDDEN void object_drop_range(uintptr_t addr, size_t size);

#endif
