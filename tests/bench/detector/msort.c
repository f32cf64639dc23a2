/* Merge sort: each half in its own thread, then a merge by main. */
#include "bench.h"
enum { N = 1 << 20 };
static int *a, *t, *src;
static void msort(int lo, int hi) {
    if (hi - lo < 16) {
        for (int i = lo + 1; i < hi; i++) {
            int v = a[i], j = i;
            for (; j > lo && a[j - 1] > v; j--)
                a[j] = a[j - 1];
            a[j] = v;
        }
        return;
    }
    int mid = lo + (hi - lo) / 2;
    msort(lo, mid);
    msort(mid, hi);
    int i = lo, j = mid;
    for (int k = lo; k < hi; k++)
        t[k] = (j >= hi || (i < mid && a[i] <= a[j])) ? a[i++] : a[j++];
    for (int k = lo; k < hi; k++)
        a[k] = t[k];
}
static void half(int id) {
    msort(id * (N / 2), (id + 1) * (N / 2));
}
int main(int argc, char **argv) {
    long r = bench_reps(argc, argv, 8);
    a = malloc(sizeof(int) * N);
    t = malloc(sizeof(int) * N);
    src = malloc(sizeof(int) * N);
    uint64_t s = 42;
    for (int i = 0; i < N; i++)
        src[i] = (int)bench_rng(&s);
    int64_t chk = 0;
    bench_begin();
    for (long k = 0; k < r; k++) {
        for (int i = 0; i < N; i++)
            a[i] = src[i];
        bench_par(2, half);
        int i = 0, j = N / 2;
        for (int x = 0; x < N; x++)
            t[x] = (j >= N || (i < N / 2 && a[i] <= a[j])) ? a[i++] : a[j++];
        chk += t[N / 3];
    }
    bench_end("msort", (double)N * r, (double)chk);
}
