/* place.h - is an object in use where it is, or is this a copy of it? Asked beside a detector alone.
 *
 * Go's copyChecker [CV-06], for what must not be copied in use [MU-10, WG-06]: an object keeps its own address from the
 * moment it comes into use, and whoever finds another one in it, while it is in use, works on a copy. One that
 * was copied at rest is an object of its own: nobody looks at what it keeps.
 *
 * A mutex has no room but in its word, which is all zero at rest; the others have a field.
 */
#ifndef RDL__PLACE_H
#define RDL__PLACE_H

#include "runtime/task.h"

/* Who uses what. */
struct place_use {
    struct task *self;
    void *object;
    enum ev_object_kind kind;
    enum ev_use use;
    uintptr_t pc;
};

static inline void rdl__place_tell(const struct place_use *u, uintptr_t original, uintptr_t keeps) {
    const struct ev_copy copy = {(uintptr_t)u->object, original, keeps, u->kind, u->use, u->pc};
    rdl__emit_copy_used(u->self->det, &copy);
}

/* Of a field at *kept, in the object. is_used: as its word said, read with acquire. Returns whether the field was
 * written. Law: whoever brings the object into use has called this before, and releases the word after it, so that
 * who finds it in use finds its address; all write the same. A copy is told once: from then on it is where it is. */
static inline bool rdl__place_check(const struct place_use *u, void **kept, bool is_used) {
    void *_Atomic *field = (void *_Atomic *)kept;
    void *original = atomic_load_explicit(field, memory_order_relaxed); /* the word orders it */
    if (original == u->object) {
        return false;
    }
    if (is_used && original != NULL) {
        uintptr_t offset = (uintptr_t)kept - (uintptr_t)u->object;
        rdl__place_tell(u, (uintptr_t)original, (uintptr_t)original + offset);
    }
    atomic_store_explicit(field, u->object, memory_order_relaxed); /* likewise */
    return true;
}

#endif
