/* A queue with a bound, made by hand: one mutex, and a condition variable for each thing that one
 * may wait for. Waiting stands in a loop, because whoever is woken must look again. (A buffered
 * channel is the same thing, ready made.)
 *
 *   raddle-cc bounded_queue.c -o bounded_queue && run-with-detector ./bounded_queue
 *
 * Output:
 *   sum 500500
 * Expect: clean
 */
#include "raddle.h"

#include <stdio.h>

enum { BOUND = 8, ITEMS = 1000 };

struct queue {
    rdl_mutex mu;
    rdl_cond not_full, not_empty;
    int items[BOUND];
    int head, count;
};

static void put(struct queue *q, int item) {
    rdl_mutex_lock(&q->mu);
    RDL_DEFER_UNLOCK(&q->mu);
    while (q->count == BOUND) {
        rdl_cond_wait(&q->not_full);
    }
    q->items[(q->head + q->count++) % BOUND] = item;
    rdl_cond_signal(&q->not_empty);
}

static int take(struct queue *q) {
    rdl_mutex_lock(&q->mu);
    RDL_DEFER_UNLOCK(&q->mu);
    while (q->count == 0) {
        rdl_cond_wait(&q->not_empty);
    }
    int item = q->items[q->head];
    q->head = (q->head + 1) % BOUND;
    q->count--;
    rdl_cond_signal(&q->not_full);
    return item;
}

static void produce(void *queue) {
    for (int i = 1; i <= ITEMS; i++) {
        put(queue, i);
    }
}

int main(void) {
    struct queue q = {.not_full = RDL_COND_INIT(&q.mu), .not_empty = RDL_COND_INIT(&q.mu)};
    rdl_waitgroup wg = {0};
    long sum = 0;
    rdl_waitgroup_go(&wg, produce, &q);
    for (int i = 0; i < ITEMS; i++) {
        sum += take(&q);
    }
    rdl_waitgroup_wait(&wg);
    printf("sum %ld\n", sum);
    return sum == (long)ITEMS * (ITEMS + 1) / 2 ? 0 : 1;
}
