/* 1000 short-lived threads a repetition, at most 50 alive, each touching a
 * little private and a little shared data. */
#include "bench.h"
static long total;
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static void tiny(int id) {
    int buf[64], s = 0;
    for (int i = 0; i < 64; i++)
        ((volatile int *)buf)[i] = i * id;
    for (int i = 0; i < 64; i++)
        s += ((volatile int *)buf)[i];
    pthread_mutex_lock(&m);
    total += s;
    pthread_mutex_unlock(&m);
}
int main(int argc, char **argv) {
    long r = bench_reps(argc, argv, 10);
    bench_begin();
    for (long k = 0; k < r * 20; k++)
        bench_par(50, tiny);
    bench_end("threads", 1000.0 * r, (double)total);
}
