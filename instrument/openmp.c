/* openmp.c - see openmp.h. Zone: SYNC. */
#include "instrument/openmp.h"

#include "instrument/real.h"
#include "instrument/sys.h"
#include "instrument/unchecked.h"

#include <dlfcn.h>
#include <link.h>
#include <string.h>

struct openmp_functions openmp_real[OPENMP_MODULES];

_Static_assert(sizeof front.openmp.modules / sizeof front.openmp.modules[0] == OPENMP_MODULES,
               "one for each table");

/* -- where there is no runtime --
 *
 * Code may ask whether there is one by a weak reference, which finds us. Then every region is one thread's. */

static long nothing(void) {
    return 0;
}

static long one(void) {
    return 1;
}

static long region_of_one(void (*body)(void *), void *data) {
    body(data);
    return 1;
}

static void *serial(const char *name) {
    static const char region[] = "GOMP_parallel", task[] = "GOMP_task";
    union {
        long (*plain)(void);
        long (*of_body)(void (*body)(void *), void *data);
        void *address;
    } function = {.plain = nothing};
    if (strncmp(name, region, sizeof region - 1) == 0 || strcmp(name, task) == 0) {
        function.of_body = region_of_one;
    } else if (strncmp(name, "omp_test_", 9) == 0) {
        function.plain = one;
    }
    return function.address;
}

/* -- whose runtime it is -- */

static const void *module_of(const void *address) {
    Dl_info info;
    return address != NULL && dladdr(address, &info) != 0 ? info.dli_fbase : NULL;
}

/* library: that of the caller, NULL for the executable; what it depends on is looked at, wherever it is. */
static void find(void *slot, void *library, const char *name) {
    void *function = library != NULL ? dlsym(library, name) : NULL;
    if (function == NULL || module_of(function) == module_of(&front)) {
        function = dlsym(RTLD_NEXT, name);
    }
    if (function == NULL) {
        function = serial(name);
    }
    __builtin_memcpy(slot, &function, sizeof function);
}

static void *library_of(uintptr_t pc) {
    Dl_info info;
    struct link_map *map = NULL;
    bool known = dladdr1((const void *)pc, &info, (void **)&map, RTLD_DL_LINKMAP) != 0;
    bool is_library = known && map != NULL && map->l_name != NULL && map->l_name[0] != '\0' &&
                      info.dli_fbase != module_of(&front);
    return is_library ? dlopen(map->l_name, RTLD_LAZY | RTLD_NOLOAD) : NULL;
}

static void lock(void) {
    while (__atomic_exchange_n(&front.openmp.lock, 1, __ATOMIC_ACQUIRE) != 0) {
        sys_yield();
    }
}

/* The index of the module's table, made if need be of `functions`; OPENMP_MODULES: there are too many. */
static uint32_t table_for(const void *module, const struct openmp_functions *functions) {
    struct openmp_state *openmp = &front.openmp;
    lock();
    uint32_t at = 0;
    while (at < openmp->n_modules && openmp->modules[at] != module) {
        at++;
    }
    if (at == openmp->n_modules && at < OPENMP_MODULES) {
        openmp->modules[at] = module;
        openmp_real[at] = *functions;
        openmp->n_modules++;
    }
    __atomic_store_n(&openmp->lock, 0, __ATOMIC_RELEASE);
    return at;
}

/* Not where there is LLVM's, nor where there is none. */
static bool is_gccs(const struct openmp_functions *functions) {
    void *none = serial("__kmpc_critical");
    void *own, *critical, *begin = serial("GOMP_critical_start");
    __builtin_memcpy(&own, &functions->__kmpc_critical, sizeof own);
    __builtin_memcpy(&critical, &functions->GOMP_critical_start, sizeof critical);
    return own == none && critical != begin;
}

/* No lock is held while the loader is asked: it may be running a constructor that calls us. */
const struct openmp_functions *openmp_find(uintptr_t pc) {
    struct openmp_functions functions;
    struct det_task *t = hide_enter();
    const void *module = module_of((const void *)pc);
    void *library = library_of(pc);
#define REAL(result, name, parameters) find(&functions.name, library, #name);
#include "instrument/openmp.def"
    functions.sleeps = is_gccs(&functions);
    if (library != NULL) {
        REAL_OF(dlclose)(library);
    }
    (void)dlerror();
    uint32_t at = table_for(module, &functions);
    hide_leave(t);
    if (at == OPENMP_MODULES) { /* of the seventeenth module: as the first one's */
        return &openmp_real[0];
    }
    __atomic_store_n(&front.openmp.sites[pc % OPENMP_SITES], (uint64_t)(at + 1) << 48 | pc,
                     __ATOMIC_RELEASE);
    return &openmp_real[at];
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
    openmp_return(outer);
}

void openmp_return(struct openmp_part outer) {
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
