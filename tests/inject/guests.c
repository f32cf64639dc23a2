/* Brings an allocator of its own (allocator.c), linked to it or in it. Two threads write what lies in a block:
 * they race, or with -DORDERED one comes after the other. */
#include <pthread.h>
#include <stdlib.h>

static int *shared;

static void *add(void *unused) {
    ++*shared;
    return unused;
}

int main(void) {
    pthread_t one, two;
    shared = calloc(1, sizeof *shared);
    pthread_create(&one, NULL, add, NULL);
#ifdef ORDERED
    pthread_join(one, NULL);
#endif
    pthread_create(&two, NULL, add, NULL);
#ifndef ORDERED
    pthread_join(one, NULL);
#endif
    pthread_join(two, NULL);
    free(shared);
    return 0;
}
