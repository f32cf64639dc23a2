/* Function-call heavy: naive fib on 2 threads; memory traffic is one
 * counter per call, so the func_entry/exit hooks dominate. */
#include "bench.h"
static long res[2], reps;
static __attribute__((noinline)) long fib(int n) {
    __asm__ volatile("" : "+r"(n));
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}
static void work(int id) {
    long s = 0;
    for (long k = 0; k < reps; k++)
        s += fib(30 + (int)(k & 0));
    res[id] = s;
}
int main(int argc, char **argv) {
    reps = bench_reps(argc, argv, 200);
    bench_begin();
    bench_par(2, work);
    bench_end("fib", 2.0 * reps * 1346269 * 2, (double)(res[0] + res[1]));
}
