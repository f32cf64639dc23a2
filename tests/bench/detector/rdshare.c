/* 4 threads read one 4 MiB table at random (read-read sharing). */
#include "bench.h"
enum { N = 1 << 20 };
static uint32_t *tab;
static long reps;
static uint64_t out[4];
static void work(int id) {
    uint64_t s = 777 + id, h = 0;
    for (long i = 0; i < reps * 100000; i++) {
        uint64_t r = bench_rng(&s);
        h += tab[r & (N - 1)] + tab[(r >> 20) & (N - 1)] + tab[(r >> 40) & (N - 1)];
    }
    out[id] = h;
}
int main(int argc, char **argv) {
    reps = bench_reps(argc, argv, 400);
    tab = malloc(sizeof *tab * N);
    for (int i = 0; i < N; i++)
        tab[i] = (uint32_t)i * 2654435761u;
    bench_begin();
    bench_par(4, work);
    bench_end("rdshare", 4.0 * reps * 100000 * 3, (double)(out[0] ^ out[1] ^ out[2] ^ out[3]));
}
