/* Atomics: shared fetch_add counter, relaxed stats, CAS spin lock. */
#include "bench.h"
static _Alignas(64) atomic_long ctr;
static _Alignas(64) atomic_int lock;
static _Alignas(64) long guarded;
static _Alignas(64) atomic_long stat_[2][8];
static long reps;
static void work(int id) {
    bench_pin(id);
    for (long i = 0; i < reps * 50000; i++) {
        atomic_fetch_add(&ctr, 1);
        atomic_fetch_add_explicit(&stat_[id][i & 7], 1, memory_order_relaxed);
        if ((i & 7) == 0) {
            int z = 0, spins = 0;
            while (!atomic_compare_exchange_weak_explicit(&lock, &z, 1, memory_order_acquire,
                                                          memory_order_relaxed)) {
                z = 0;
                if (++spins > 100) {
                    sched_yield();
                    spins = 0;
                }
            }
            guarded++;
            atomic_store_explicit(&lock, 0, memory_order_release);
        }
    }
}
int main(int argc, char **argv) {
    reps = bench_reps(argc, argv, 100);
    bench_begin();
    bench_par(2, work);
    bench_end("atomic", 2.0 * reps * 50000, (double)(ctr + guarded));
}
