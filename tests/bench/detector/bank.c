/* Bank transfers: 10000 accounts, one mutex each, ordered locking. */
#include "bench.h"
enum { NA = 10000 };
static struct {
    pthread_mutex_t m;
    long bal;
} acc[NA];
static long reps;
static void work(int id) {
    uint64_t s = 99991 + id;
    for (long i = 0; i < reps * 20000; i++) {
        uint64_t r = bench_rng(&s);
        unsigned x = (unsigned)(r >> 8) % NA, y = (unsigned)(r >> 40) % NA;
        if (x == y)
            continue;
        unsigned lo = x < y ? x : y, hi = x < y ? y : x;
        pthread_mutex_lock(&acc[lo].m);
        pthread_mutex_lock(&acc[hi].m);
        acc[x].bal -= 1;
        acc[y].bal += 1;
        pthread_mutex_unlock(&acc[hi].m);
        pthread_mutex_unlock(&acc[lo].m);
    }
}
int main(int argc, char **argv) {
    reps = bench_reps(argc, argv, 200);
    for (int i = 0; i < NA; i++)
        pthread_mutex_init(&acc[i].m, NULL);
    bench_begin();
    bench_par(2, work);
    long t = 0;
    for (int i = 0; i < NA; i++)
        t += acc[i].bal;
    bench_end("bank", 2.0 * reps * 20000, (double)t);
}
