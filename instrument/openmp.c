/* openmp.c - see openmp.h. Zone: SYNC. */
#include "instrument/openmp.h"

#include "instrument/unchecked.h"

#include <dlfcn.h>

struct openmp_functions openmp_real;

/* A library that was opened with symbols of its own, a plugin's for instance, is no next one. */
static void find(void *slot, void *library, const char *name) {
    void *function = dlsym(RTLD_NEXT, name);
    if (function == NULL && library != NULL) {
        function = dlsym(library, name);
    }
    __builtin_memcpy(slot, &function, sizeof function);
}

/* Any thread, any number of times: all find the same. */
void openmp_find(void) {
    struct det_task *t = hide_enter();
    void *library = dlopen("libgomp.so.1", RTLD_LAZY | RTLD_NOLOAD);
    if (library == NULL) {
        library = dlopen("libomp.so.5", RTLD_LAZY | RTLD_NOLOAD);
    }
#define REAL(result, name, parameters) find(&openmp_real.name, library, #name);
#include "instrument/openmp.def"
    (void)dlerror();
    hide_leave(t);
}

uintptr_t openmp_keys(void) {
    return __atomic_add_fetch(&front.openmp.keys, 8, __ATOMIC_RELAXED);
}

void openmp_forget(uintptr_t keys) {
    struct det_task *t = event_enter();
    if (t != NULL) {
        det_object_destroy(t, OPENMP_NUMBERS + keys, 8);
        event_leave();
    }
}

void openmp_publish(uintptr_t key) {
    struct det_task *t = ignores_sync() ? NULL : event_enter();
    if (t != NULL) {
        det_release_merge(t, key);
        event_leave();
    }
}

void openmp_receive(uintptr_t key) {
    struct det_task *t = ignores_sync() ? NULL : event_enter();
    if (t != NULL) {
        det_acquire(t, key);
        event_leave();
    }
}

struct openmp_part openmp_enter(uintptr_t team) {
    struct openmp_part outer = {.team = self.omp_team, .barriers = self.omp_barriers};
    self.omp_team = team;
    self.omp_barriers = 0;
    openmp_receive(openmp_team(KEY_FORK));
    return outer;
}

void openmp_leave(struct openmp_part outer) {
    openmp_publish(openmp_team(KEY_JOIN));
    self.omp_team = outer.team;
    self.omp_barriers = outer.barriers;
}

static enum openmp_key this_barrier(void) {
    return self.omp_barriers % 2 == 0 ? KEY_BARRIER : KEY_BARRIER_OTHER;
}

void openmp_arrive(void) {
    openmp_publish(openmp_team(this_barrier()));
}

void openmp_depart(void) {
    openmp_receive(openmp_team(this_barrier()));
    openmp_waited_for_tasks();
    self.omp_barriers++;
}

void openmp_waited_for_tasks(void) {
    openmp_receive(openmp_team(KEY_TASKS));
    openmp_receive_events();
}

void openmp_depend_receive(struct dependence d) {
    openmp_receive(OPENMP_OUT + d.address);
    if (!d.is_in) {
        openmp_receive(OPENMP_IN + d.address);
    }
    openmp_receive_events();
}

void openmp_depend_publish(struct dependence d) {
    openmp_publish((d.is_in ? OPENMP_IN : OPENMP_OUT) + d.address);
}

void openmp_receive_events(void) {
    if (UNLIKELY(__atomic_load_n(&front.openmp.events, __ATOMIC_ACQUIRE))) {
        openmp_receive(OPENMP_NUMBERS);
    }
}

void openmp_fulfilled(void) {
    openmp_publish(OPENMP_NUMBERS);
    __atomic_store_n(&front.openmp.events, true, __ATOMIC_RELEASE);
}
