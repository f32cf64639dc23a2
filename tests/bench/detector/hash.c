/* Hash table, 64 lock stripes, chained, 2 inserting/looking-up threads. */
#include "bench.h"
enum { NB = 1 << 16, NS = 64 };
typedef struct node {
    struct node *next;
    uint64_t key, val;
} node;
static node *tab[NB];
static pthread_mutex_t lk[NS];
static long reps;
static atomic_long hits;
static void work(int id) {
    uint64_t s = 88172645463325252ull + id * 7919;
    long h = 0;
    for (long i = 0; i < reps * 50000; i++) {
        uint64_t k = bench_rng(&s) & 0x3ffff;
        unsigned b = (unsigned)(k * 2654435761u) & (NB - 1);
        pthread_mutex_t *m = &lk[b & (NS - 1)];
        pthread_mutex_lock(m);
        node *n = tab[b];
        while (n && n->key != k)
            n = n->next;
        if (n) {
            n->val++;
            h++;
        } else {
            n = malloc(sizeof *n);
            *n = (node){tab[b], k, 1};
            tab[b] = n;
        }
        pthread_mutex_unlock(m);
    }
    hits += h;
}
int main(int argc, char **argv) {
    reps = bench_reps(argc, argv, 60);
    for (int i = 0; i < NS; i++)
        pthread_mutex_init(&lk[i], NULL);
    bench_begin();
    bench_par(2, work);
    bench_end("hash", 2.0 * reps * 50000, (double)(hits > 0));
}
