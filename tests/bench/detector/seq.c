/* Streaming: every address touched once per epoch (threads are re-created
 * between the write pass and the read pass). */
#include "bench.h"
enum { N = 8 << 20 };
static int *a;
static int64_t part[2];
static void wr(int id) {
    for (int i = id * (N / 2), e = i + N / 2; i < e; i++)
        a[i] = i ^ id;
}
static void rd(int id) {
    int64_t s = 0;
    for (int i = id * (N / 2), e = i + N / 2; i < e; i++)
        s += a[i];
    part[id] = s;
}
int main(int argc, char **argv) {
    long r = bench_reps(argc, argv, 64);
    a = malloc(sizeof(int) * N);
    memset(a, 1, sizeof(int) * N);
    int64_t s = 0;
    bench_begin();
    for (long k = 0; k < r; k++) {
        bench_par(2, wr);
        bench_par(2, rd);
        s += part[0] + part[1];
    }
    bench_end("seq", 2.0 * N * r, (double)s);
}
