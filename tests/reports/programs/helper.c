/* helper.c - a bug through one helper, by `deposit` or by `transfer`, of locks in the heap. As the arguments say, "order" or
 * "deadlock". */
#include "tests/rules/invisible.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define HELPER __attribute__((noinline)) static int

static pthread_mutex_t *locks;
static int transfers, stuck;

HELPER nest(int first) {
    int bad = pthread_mutex_lock(&locks[first]);
    mark(first);
    if (stuck) {
        await(!first);
    }
    bad += pthread_mutex_lock(&locks[!first]);
    return bad + pthread_mutex_unlock(&locks[!first]) + pthread_mutex_unlock(&locks[first]);
}

HELPER deposit(int first) {
    return nest(first) * 2;
}

HELPER transfer(int first) {
    return nest(first) * 3;
}

static void *carry(void *last) {
    if (last != NULL && !stuck) {
        await(2);
    }
    int bad = transfers ? transfer(last != NULL) : deposit(last != NULL);
    mark(2);
    return bad == 0 ? NULL : last;
}

int main(int argc, char **argv) {
    pthread_t one, two;
    stuck = argc > 1 && strcmp(argv[1], "deadlock") == 0;
    transfers = argc > 2 && strcmp(argv[2], "transfer") == 0;
    locks = calloc(2, sizeof *locks);
    pthread_create(&one, NULL, carry, NULL);
    pthread_create(&two, NULL, carry, &one);
    pthread_join(one, NULL);
    pthread_join(two, NULL);
    return 0;
}
