/* Two threads, each with the lock that the other one waits for. */
#include <pthread.h>

#include "tests/reports/programs/turns.h"

static pthread_mutex_t left = PTHREAD_MUTEX_INITIALIZER, right = PTHREAD_MUTEX_INITIALIZER;

static void both(pthread_mutex_t *mine, pthread_mutex_t *theirs) {
    pthread_mutex_lock(mine);
    mark(1);
    await_times(1, 2);
    pthread_mutex_lock(theirs);
}

static void *from_left(void *unused) {
    turn_begin(0);
    turn_end(0);
    both(&left, &right);
    return unused;
}

static void *from_right(void *unused) {
    turn_begin(1);
    turn_end(1);
    both(&right, &left);
    return unused;
}

int main(int argc, char **argv) {
    pthread_t a, b;
    (void)argv;
    turns_of(argc);
    pthread_create(&a, NULL, from_left, NULL);
    pthread_create(&b, NULL, from_right, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    return 0;
}
