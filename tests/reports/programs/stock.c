/* A race on a member of a global, within a call that is inlined; its lines are counted by
 * debug_info.py. */
#include <pthread.h>

#include "tests/reports/programs/turns.h"

struct stock {
    int shelves;
    long items;
};

static struct stock stock;

__attribute__((always_inline)) static inline void count_up(struct stock *of) {
    of->items++; /* the access */
}

__attribute__((noinline)) static void refill(struct stock *of) {
    count_up(of); /* the call */
    of->shelves++;
}

static void *worker(void *who) {
    turn_begin(who != NULL);
    refill(&stock);
    turn_end(who != NULL);
    return NULL;
}

int main(int argc, char **argv) {
    pthread_t a, b;
    (void)argv;
    turns_of(argc);
    pthread_create(&a, NULL, worker, NULL);
    pthread_create(&b, NULL, worker, &stock);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    return stock.items == 2 ? 0 : 1;
}
