/* A race on a variable that one side touches with a lock held, which a function of its own takes. */
#include <pthread.h>

#include "tests/reports/programs/turns.h"

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static int visits;

static void lock_guard(void) {
    pthread_mutex_lock(&guard);
}

static void *first(void *unused) {
    turn_begin(0);
    lock_guard();
    visits++;
    pthread_mutex_unlock(&guard);
    turn_end(0);
    return unused;
}

static void *second(void *unused) {
    turn_begin(1);
    visits++;
    turn_end(1);
    return unused;
}

int main(int argc, char **argv) {
    pthread_t a, b;
    (void)argv;
    turns_of(argc);
    pthread_create(&a, NULL, first, NULL);
    pthread_create(&b, NULL, second, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    return visits == 2 ? 0 : 1;
}
