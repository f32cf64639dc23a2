/* A mutex that another thread than its holder unlocks. */
#include <pthread.h>

#include "tests/reports/programs/turns.h"

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

static void shut(pthread_mutex_t *lock) {
    pthread_mutex_lock(lock);
}

static void open_again(pthread_mutex_t *lock) {
    pthread_mutex_unlock(lock);
}

static void *helper(void *unused) {
    open_again(&gate);
    return unused;
}

int main(int argc, char **argv) {
    pthread_t thread;
    (void)argv;
    turns_of(argc);
    shut(&gate);
    pthread_create(&thread, NULL, helper, NULL);
    pthread_join(thread, NULL);
    return 0;
}
