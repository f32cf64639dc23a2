/* omp_lock.h - OpenMP's locks and critical sections: see omp_lock.c. */
#ifndef RADDLE_INSTRUMENT_OMP_LOCK_H
#define RADDLE_INSTRUMENT_OMP_LOCK_H

#include "instrument/front.h"

static inline bool omp_lock_is_for(uint32_t kind) {
    return kind == EV_WAIT_OMP_LOCK || kind == EV_WAIT_OMP_NEST_LOCK ||
           kind == EV_WAIT_OMP_CRITICAL;
}
/* For deadlock.c, of a wait of such a kind: whether one who sleeps at `word` sleeps for the object, and whether
 * somebody has that. */
HIDDEN bool omp_lock_is_at(uintptr_t word, uintptr_t object);
HIDDEN bool omp_lock_is_taken(uintptr_t object);

/* Names the section that the program does not name. */
HIDDEN void omp_lock_start(void);

#endif
