/* LRU caches (hash + doubly linked list), malloc/free on every miss. One
 * cache a thread plus a shared one behind a mutex every 8th operation. */
#include "bench.h"
enum { NB = 4096, CAPA = 4000, KEYS = 8000 };
typedef struct ent {
    struct ent *prev, *next, *hn;
    unsigned key;
    char val[40];
} ent;
typedef struct {
    ent head;
    ent *b[NB];
    int n;
} lru;
static lru cache[3];
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static long reps, hits[2];
static void unlink_(ent *e) {
    e->prev->next = e->next;
    e->next->prev = e->prev;
}
static void push(lru *c, ent *e) {
    e->next = c->head.next;
    e->prev = &c->head;
    c->head.next->prev = e;
    c->head.next = e;
}
static int touch(lru *c, unsigned k) {
    ent *e = c->b[k % NB];
    while (e && e->key != k)
        e = e->hn;
    if (e) {
        unlink_(e);
        push(c, e);
        e->val[k % 40]++;
        return 1;
    }
    if (c->n == CAPA) {
        ent *v = c->head.prev, **p = &c->b[v->key % NB];
        unlink_(v);
        while (*p != v)
            p = &(*p)->hn;
        *p = v->hn;
        free(v);
        c->n--;
    }
    e = malloc(sizeof *e);
    memset(e->val, 0, sizeof e->val);
    e->key = k;
    e->hn = c->b[k % NB];
    c->b[k % NB] = e;
    push(c, e);
    c->n++;
    return 0;
}
static void work(int id) {
    uint64_t s = 1234567 + id;
    long h = 0;
    for (long i = 0; i < reps * 20000; i++) {
        unsigned k = (unsigned)(bench_rng(&s) >> 20) % KEYS;
        if ((i & 7) == 0) {
            pthread_mutex_lock(&m);
            h += touch(&cache[2], k);
            pthread_mutex_unlock(&m);
        } else
            h += touch(&cache[id], k);
    }
    hits[id] = h;
}
int main(int argc, char **argv) {
    reps = bench_reps(argc, argv, 150);
    for (int i = 0; i < 3; i++)
        cache[i].head.next = cache[i].head.prev = &cache[i].head;
    bench_begin();
    bench_par(2, work);
    bench_end("lru", 2.0 * reps * 20000, (double)(hits[0] + hits[1] > 0));
}
