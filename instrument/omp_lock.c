/* omp_lock.c - OpenMP's locks, and critical sections as GCC's code calls them (kmpc.c has LLVM's).
 *
 * Waits    GCC's runtime sleeps at the lock's own word, which is 0 while nobody has it: so a thread can be proved to wait
 *          for it [D8]. Who has it the word does not say; only the task that took it may let it go, so it is who was
 *          told to have taken it, as for a spin lock (detector/deadlock.h). LLVM's turns and yields: with that
 *          nothing is a wait.
 * Sections  A named one has its word in the place of its name. Where that of the unnamed one is only the runtime
 *          knows: who sleeps in its function sleeps for that. It cannot be tried, so those who are in it, or about to
 *          be, are counted.
 * Error side  Who finds nobody in a section, and is overtaken on his way, waits untold: a deadlock may be missed.
 * Zone     SYNC.
 */
#include "instrument/omp_lock.h"

#include "instrument/openmp.h"
#include "instrument/sync_event.h"

/* -- waits -- */

static bool is_unnamed(uintptr_t object) {
    return object == (uintptr_t)&front.openmp.unnamed;
}

bool omp_lock_is_at(uintptr_t word, uintptr_t object) {
    return is_unnamed(object) || word == object;
}

bool omp_lock_is_taken(uintptr_t object) {
    return is_unnamed(object) || __atomic_load_n((const int *)object, __ATOMIC_RELAXED) != 0;
}

/* The caller at pc is about to sleep until somebody lets go; false: that cannot be told. */
static bool waits(enum ev_wait_kind kind, const volatile void *object, uintptr_t pc) {
    bool sleeps = openmp_of(pc)->sleeps;
    if (sleeps) {
        sync_wait(kind, object, NULL, CLOCK_MONOTONIC, NULL, pc);
    }
    return sleeps;
}

static void waited(bool was_told) {
    if (was_told) {
        sync_waited();
    }
}

/* -- critical sections -- */

void omp_lock_start(void) {
    uint32_t *unnamed = &front.openmp.unnamed;
    det_object_known(EV_OBJECT_SECTION, (uintptr_t)unnamed, sizeof *unnamed, "omp critical");
}

INTERPOSE void GOMP_critical_start(void) {
    uint32_t *inside = &front.openmp.unnamed;
    bool somebody = __atomic_fetch_add(inside, 1, __ATOMIC_RELAXED) != 0;
    bool told = somebody && waits(EV_WAIT_OMP_CRITICAL, inside, CALLER_PC);
    OPENMP(GOMP_critical_start)();
    waited(told);
    sync_taken(inside, NULL, EV_LOCK_WRITE, CALLER_PC);
}

INTERPOSE void GOMP_critical_end(void) {
    sync_unlocking(&front.openmp.unnamed, EV_LOCK_WRITE, CALLER_PC);
    OPENMP(GOMP_critical_end)();
    __atomic_fetch_sub(&front.openmp.unnamed, 1, __ATOMIC_RELAXED);
}

INTERPOSE void GOMP_critical_name_start(void **name) {
    bool somebody = __atomic_load_n((const int *)name, __ATOMIC_RELAXED) != 0;
    bool told = somebody && waits(EV_WAIT_OMP_CRITICAL, name, CALLER_PC);
    OPENMP(GOMP_critical_name_start)(name);
    waited(told);
    sync_taken(name, NULL, EV_LOCK_WRITE, CALLER_PC);
}

INTERPOSE void GOMP_critical_name_end(void **name) {
    sync_unlocking(name, EV_LOCK_WRITE, CALLER_PC);
    OPENMP(GOMP_critical_name_end)(name);
}

INTERPOSE void GOMP_atomic_start(void) {
    OPENMP(GOMP_atomic_start)();
    sync_taken(&front.openmp.atomics, NULL, EV_LOCK_WRITE, CALLER_PC);
}

INTERPOSE void GOMP_atomic_end(void) {
    sync_unlocking(&front.openmp.atomics, EV_LOCK_WRITE, CALLER_PC);
    OPENMP(GOMP_atomic_end)();
}

/* -- locks -- */

INTERPOSE void omp_init_lock(void *lock) {
    sync_new(EV_OBJECT_MUTEX, lock, SYNC_TOUCHED_BYTES, CALLER_PC);
    OPENMP(omp_init_lock)(lock);
}

INTERPOSE void omp_destroy_lock(void *lock) {
    sync_destroy(lock, SYNC_TOUCHED_BYTES, CALLER_PC);
    OPENMP(omp_destroy_lock)(lock);
}

INTERPOSE void omp_set_lock(void *lock) {
    if (OPENMP(omp_test_lock)(lock) == 0) {
        bool told = waits(EV_WAIT_OMP_LOCK, lock, CALLER_PC);
        OPENMP(omp_set_lock)(lock);
        waited(told);
    }
    sync_taken(lock, NULL, EV_LOCK_WRITE, CALLER_PC);
}

INTERPOSE void omp_unset_lock(void *lock) {
    sync_unlocking(lock, EV_LOCK_WRITE, CALLER_PC);
    OPENMP(omp_unset_lock)(lock);
}

INTERPOSE int omp_test_lock(void *lock) {
    int taken = OPENMP(omp_test_lock)(lock);
    if (taken != 0) {
        sync_taken(lock, NULL, EV_LOCK_WRITE | EV_LOCK_TRY, CALLER_PC);
    }
    return taken;
}

/* -- locks that nest: only the first level is one that is held. Each level is an edge -- */

static void nest_taken(void *lock, bool is_first, uint32_t mode, uintptr_t pc) {
    if (is_first) {
        sync_taken(lock, NULL, mode, pc);
    } else {
        sync_receive(lock);
    }
}

INTERPOSE void omp_set_nest_lock(void *lock) {
    int depth = OPENMP(omp_test_nest_lock)(lock);
    if (depth == 0) {
        bool told = waits(EV_WAIT_OMP_NEST_LOCK, lock, CALLER_PC);
        OPENMP(omp_set_nest_lock)(lock);
        waited(told);
    }
    nest_taken(lock, depth <= 1, EV_LOCK_WRITE, CALLER_PC);
}

/* How deep it is held says only a test of it, which goes one level deeper; 0: it is another's. */
static int depth_of(void *lock, uintptr_t pc) {
    int deeper = openmp_of(pc)->omp_test_nest_lock(lock);
    if (deeper != 0) {
        openmp_of(pc)->omp_unset_nest_lock(lock);
    }
    return deeper - 1;
}

INTERPOSE void omp_unset_nest_lock(void *lock) {
    if (depth_of(lock, CALLER_PC) == 1) {
        sync_unlocking(lock, EV_LOCK_WRITE, CALLER_PC);
    } else {
        sync_publish(lock, CALLER_PC);
    }
    OPENMP(omp_unset_nest_lock)(lock);
}

INTERPOSE int omp_test_nest_lock(void *lock) {
    int depth = OPENMP(omp_test_nest_lock)(lock);
    if (depth != 0) {
        nest_taken(lock, depth == 1, EV_LOCK_WRITE | EV_LOCK_TRY, CALLER_PC);
    }
    return depth;
}
