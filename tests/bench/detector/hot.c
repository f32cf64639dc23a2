/* Hot loop over a small private working set (4 KiB a thread). */
#include "bench.h"
enum { W = 1024 };
static int ws[2][W + 64];
static long reps;
static void work(int id) {
    int *w = ws[id];
    for (long k = 0; k < reps * 2000; k++)
        for (int i = 0; i < W; i++)
            w[i] += w[(i + 7) & (W - 1)] + (int)k;
}
int main(int argc, char **argv) {
    reps = bench_reps(argc, argv, 300);
    bench_begin();
    bench_par(2, work);
    bench_end("hot", 2.0 * reps * 2000 * W, ws[0][5] + ws[1][9]);
}
