/* gomp.c - parallel regions, barriers and what is done in order, as GCC's code calls them.
 *
 * The function of a region is called through ours, with where to find it in the place of its data; the
 * region ends before that goes out of scope. Old objects that begin a region by GOMP_parallel_start are
 * not seen, nor are target regions that run beside their program.
 * Zone: SYNC.
 */
#include "instrument/openmp.h"
#include "instrument/real.h"

#include <stdarg.h>

/* -- regions -- */

struct region {
    uintptr_t *reductions; /* what GOMP_parallel_reductions takes from the program's data */
    void (*body)(void *);
    void *data;
    uintptr_t team;
};

static void run_part(void *argument) {
    const struct region *region = argument;
    struct openmp_part outer = openmp_enter(region->team);
    region->body(region->data);
    openmp_leave(outer);
}

static void region_begin(struct region *region, void (*body)(void *), void *data) {
    region->reductions = NULL;
    region->body = body;
    region->data = data;
    region->team = openmp_keys();
    openmp_publish(OPENMP_NUMBERS + region->team + KEY_FORK);
}

static void region_end(const struct region *region) {
    openmp_receive(OPENMP_NUMBERS + region->team + KEY_JOIN);
    openmp_receive(OPENMP_NUMBERS + region->team + KEY_TASKS);
    openmp_receive_events();
    openmp_forget(region->team);
}

INTERPOSE void GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags) {
    struct region region;
    region_begin(&region, body, data);
    OPENMP(GOMP_parallel)(run_part, &region, threads, flags);
    region_end(&region);
}

INTERPOSE unsigned GOMP_parallel_reductions(void (*body)(void *), void *data, unsigned threads,
                                            unsigned flags) {
    struct region region;
    region_begin(&region, body, data);
    region.reductions = *(uintptr_t **)data;
    unsigned result = OPENMP(GOMP_parallel_reductions)(run_part, &region, threads, flags);
    region_end(&region);
    return result;
}

INTERPOSE void GOMP_parallel_sections(void (*body)(void *), void *data, unsigned threads,
                                      unsigned count, unsigned flags) {
    struct region region;
    region_begin(&region, body, data);
    OPENMP(GOMP_parallel_sections)(run_part, &region, threads, count, flags);
    region_end(&region);
}

#define PARALLEL_LOOP(kind)                                                                        \
    INTERPOSE void GOMP_parallel_loop_##kind(void (*body)(void *), void *data, unsigned threads,   \
                                             long start, long end, long step, long chunk,          \
                                             unsigned flags) {                                     \
        struct region region;                                                                      \
        region_begin(&region, body, data);                                                         \
        OPENMP(GOMP_parallel_loop_##kind)                                                          \
        (run_part, &region, threads, start, end, step, chunk, flags);                              \
        region_end(&region);                                                                       \
    }
PARALLEL_LOOP(static)
PARALLEL_LOOP(dynamic)
PARALLEL_LOOP(guided)
PARALLEL_LOOP(nonmonotonic_dynamic)
PARALLEL_LOOP(nonmonotonic_guided)

#define PARALLEL_LOOP_AT_RUN_TIME(kind)                                                            \
    INTERPOSE void GOMP_parallel_loop_##kind(void (*body)(void *), void *data, unsigned threads,   \
                                             long start, long end, long step, unsigned flags) {    \
        struct region region;                                                                      \
        region_begin(&region, body, data);                                                         \
        OPENMP(GOMP_parallel_loop_##kind)(run_part, &region, threads, start, end, step, flags);    \
        region_end(&region);                                                                       \
    }
PARALLEL_LOOP_AT_RUN_TIME(runtime)
PARALLEL_LOOP_AT_RUN_TIME(nonmonotonic_runtime)
PARALLEL_LOOP_AT_RUN_TIME(maybe_nonmonotonic_runtime)

/* -- barriers, and what ends with one -- */

#define BARRIER(name)                                                                              \
    INTERPOSE void name(void) {                                                                    \
        openmp_arrive();                                                                           \
        OPENMP(name)();                                                                            \
        openmp_depart();                                                                           \
    }
BARRIER(GOMP_barrier)
BARRIER(GOMP_loop_end)
BARRIER(GOMP_sections_end)

#define BARRIER_CANCEL(name)                                                                       \
    INTERPOSE bool name(void) {                                                                    \
        openmp_arrive();                                                                           \
        bool cancelled = OPENMP(name)();                                                           \
        openmp_depart();                                                                           \
        return cancelled;                                                                          \
    }
BARRIER_CANCEL(GOMP_barrier_cancel)
BARRIER_CANCEL(GOMP_loop_end_cancel)
BARRIER_CANCEL(GOMP_sections_end_cancel)

INTERPOSE void GOMP_workshare_task_reduction_unregister(bool cancelled) {
    openmp_arrive();
    OPENMP(GOMP_workshare_task_reduction_unregister)(cancelled);
    openmp_depart();
}

/* `single copyprivate`: one gets NULL and goes on to _end; the others wait in _start for that one. */
INTERPOSE void *GOMP_single_copy_start(void) {
    openmp_arrive();
    void *data = OPENMP(GOMP_single_copy_start)();
    if (data != NULL) {
        openmp_depart();
    }
    return data;
}

INTERPOSE void GOMP_single_copy_end(void *data) {
    openmp_arrive();
    OPENMP(GOMP_single_copy_end)(data);
    openmp_depart();
}

/* -- one after the other -- */

INTERPOSE void GOMP_ordered_start(void) {
    OPENMP(GOMP_ordered_start)();
    openmp_receive(openmp_team(KEY_ORDERED));
}

INTERPOSE void GOMP_ordered_end(void) {
    openmp_publish(openmp_team(KEY_ORDERED));
    OPENMP(GOMP_ordered_end)();
}

INTERPOSE void GOMP_doacross_post(long *counts) {
    openmp_publish(openmp_team(KEY_ORDERED));
    OPENMP(GOMP_doacross_post)(counts);
}

INTERPOSE void GOMP_doacross_ull_post(unsigned long long *counts) {
    openmp_publish(openmp_team(KEY_ORDERED));
    OPENMP(GOMP_doacross_ull_post)(counts);
}

/* As many words as the nest has loops, which only the runtime knows: all that there may be are handed on. */
#define DOACROSS_WAIT(name, type)                                                                  \
    INTERPOSE void name(type first, ...) {                                                         \
        type rest[11];                                                                             \
        va_list words;                                                                             \
        va_start(words, first);                                                                    \
        for (size_t i = 0; i < sizeof rest / sizeof rest[0]; i++) {                                \
            rest[i] = va_arg(words, type);                                                         \
        }                                                                                          \
        va_end(words);                                                                             \
        OPENMP(name)                                                                               \
        (first, rest[0], rest[1], rest[2], rest[3], rest[4], rest[5], rest[6], rest[7], rest[8],   \
         rest[9], rest[10]);                                                                       \
        openmp_receive(openmp_team(KEY_ORDERED));                                                  \
    }
DOACROSS_WAIT(GOMP_doacross_wait, long)
DOACROSS_WAIT(GOMP_doacross_ull_wait, unsigned long long)
