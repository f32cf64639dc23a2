/* bench.h - what the rows of the runtime benchmark share.
 *
 * A row does n operations between bench_begin and bench_end, which print one line, the same that
 * go/rt.go prints:
 *
 *     RT name ops wall_ns cpu_ns bytes
 *
 * bytes: resident growth per goroutine where a row measures it, else 0. cpu_ns is the process's.
 */
#ifndef RDL_BENCH_RUNTIME_H
#define RDL_BENCH_RUNTIME_H

#include <raddle.h>

struct bench_row {
    const char *name;
    void (*run)(long n, long parameter);
    long n, parameter;
};

/* Each ends with a row without a name. */
extern const struct bench_row bench_task_rows[], bench_chan_rows[], bench_select_rows[],
    bench_sync_rows[], bench_time_rows[];

void bench_begin(void);
void bench_end(long ops, long bytes);

/* Resident bytes of this process. */
long bench_resident(void);

/* rdl_go, n times. */
void bench_go_many(long n, void (*fn)(void *), void *arg);

#endif
