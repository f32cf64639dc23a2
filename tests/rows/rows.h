/* rows.h - many small programs in one, each a row of a table: Go's race tests and others like them.
 *
 * A row has two tasks. FIRST(Name) has run to its end when SECOND(Name) begins, and nothing says so
 * to the detector. ROW(Name) is one function that makes its tasks itself. The name is the verdict:
 * of a row Race… some finding must show functions of the row in both stacks, of a row NoRace… none
 * may. So functions of a row are called Name_something.
 *
 * The argument says how the pairs are run:
 *   goroutine   FIRST is a goroutine, SECOND is main
 *   swapped     the other way round: the later access is as good a witness as the earlier one
 *   thread      FIRST is a pthread
 *   ordered     as goroutine, but main receives from it in between: no row may be reported. This is
 *               the twin of all rows at once, and it leaves out ROWs, which have twins of their own
 */
#ifndef RADDLE_TESTS_ROWS_H
#define RADDLE_TESTS_ROWS_H

#include "raddle.h"

#include "../rules/invisible.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#if defined(__clang__)
#define APART __attribute__((noinline, unused)) static
#else
#define APART __attribute__((noipa, unused)) static
#endif

/* A helper that rows share: a race is reported once for a pair of places, so each row must have its
 * own copy. */
#define COPIED __attribute__((always_inline)) static inline

struct row {
    const char *name;
    void (*first)(void *);
    void (*second)(void *); /* NULL: first is the whole row */
};

#define ROW_ENTRY(name, first, second)                                                             \
    static const struct row name##_entry = {#name, first, second};                                 \
    static const struct row *const name##_place __attribute__((section("rows"), used)) =           \
        &name##_entry;

#define FIRST(name) APART void name##_first(void *unused)
#define SECOND(name)                                                                               \
    APART void name##_second(void *unused);                                                        \
    ROW_ENTRY(name, name##_first, name##_second)                                                   \
    APART void name##_second(void *unused)
#define ROW(name)                                                                                  \
    APART void name##_row(void *unused);                                                           \
    ROW_ENTRY(name, name##_row, NULL)                                                              \
    APART void name##_row(void *unused)
/* A task or a helper of a row. */
#define PART(name) APART void name(void *unused)

/* The compiler must read the value; the object may be read by others from here on. */
#define USE(value)   __asm__ volatile("" : : "r"(value))
#define SHOW(object) __asm__ volatile("" : : "r"(&(object)) : "memory")

/* Order that the detector sees, and one place of buffer: what is done before tell() is before what
 * follows hear(). For ROWs: a pair would wait for itself. */
static rdl_chan *rows__told;
static inline void tell(void) {
    rdl_send(rows__told, NULL);
}
static inline void hear(void) {
    rdl_recv(rows__told, NULL);
}

/* Starts a task of a ROW. The row ends, for the detector too, when all of them have. */
static rdl_waitgroup rows__tasks;
static inline void task(void (*run)(void *), void *argument) {
    rdl_waitgroup_go(&rows__tasks, run, argument);
}

struct row_turn {
    void (*run)(void *);
    rdl_chan *over;
};

static void row_task(void *argument) {
    struct row_turn *turn = (struct row_turn *)argument;
    turn->run(NULL);
    mark(0);
    rdl_close(turn->over);
}

static void *row_thread(void *argument) {
    row_task(argument);
    return NULL;
}

INVISIBLE void forget_marks(void) {
    for (int i = 0; i < INVISIBLE_EVENTS; i++) {
        __atomic_store_n(&invisible__happened[i], 0, __ATOMIC_RELEASE);
    }
    __atomic_store_n(&invisible__given, NULL, __ATOMIC_RELEASE);
}

static void run_pair(const struct row *row, const char *how) {
    bool swapped = strcmp(how, "swapped") == 0;
    bool ordered = strcmp(how, "ordered") == 0;
    struct row_turn turn = {swapped ? row->second : row->first, rdl_chan_make(0, 0)};
    pthread_t thread;
    bool is_thread = strcmp(how, "thread") == 0;
    if (is_thread) {
        pthread_create(&thread, NULL, row_thread, &turn);
    } else {
        rdl_go(row_task, &turn);
    }
    if (ordered) {
        rdl_recv(turn.over, NULL);
    }
    await(0);
    (swapped ? row->first : row->second)(NULL);
    rdl_recv(turn.over, NULL);
    if (is_thread) {
        pthread_join(thread, NULL);
    }
    rdl_chan_free(turn.over);
}

extern const struct row *const __start_rows[], *const __stop_rows[];

static bool is_asked_for(const char *name, char **prefixes) {
    bool all = *prefixes == NULL;
    for (; !all && *prefixes != NULL; prefixes++) {
        all = strncmp(*prefixes, name, strlen(*prefixes)) == 0;
    }
    return all;
}

/* PROGRAM HOW [PREFIX]…: the rows whose names begin so, to look at. */
int main(int argc, char **argv) {
    const char *how = argc > 1 ? argv[1] : "goroutine";
    rows__told = rdl_chan_make(0, 1);
    for (const struct row *const *at = __start_rows; at < __stop_rows; at++) {
        const struct row *row = *at;
        if (argc > 2 && !is_asked_for(row->name, argv + 2)) {
            continue;
        }
        forget_marks();
        if (row->second != NULL) {
            run_pair(row, how);
        } else if (strcmp(how, "goroutine") == 0) {
            row->first(NULL);
            rdl_waitgroup_wait(&rows__tasks);
        }
    }
    puts("over");
    return 0;
}

#endif
