/* Bounded queue (cap 128) with mutex + 2 condition variables, 1 producer,
 * 1 consumer. */
#include "bench.h"
enum { CAP = 128 };
static long q[CAP], head, cnt, reps, sum;
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ne = PTHREAD_COND_INITIALIZER, nf = PTHREAD_COND_INITIALIZER;
static void work(int id) {
    bench_pin(id);
    for (long i = 0; i < reps * 10000; i++) {
        pthread_mutex_lock(&m);
        if (id == 0) {
            while (cnt == CAP)
                pthread_cond_wait(&nf, &m);
            q[(head + cnt++) % CAP] = i;
            pthread_cond_signal(&ne);
        } else {
            while (cnt == 0)
                pthread_cond_wait(&ne, &m);
            sum += q[head];
            head = (head + 1) % CAP;
            cnt--;
            pthread_cond_signal(&nf);
        }
        pthread_mutex_unlock(&m);
    }
}
int main(int argc, char **argv) {
    reps = bench_reps(argc, argv, 100);
    bench_begin();
    bench_par(2, work);
    bench_end("queue", 1.0 * reps * 10000, (double)sum);
}
