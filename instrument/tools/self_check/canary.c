/* canary.c - the two programs of --self-check: two threads count, in RACY without the lock between them.
 *
 * What is found does not depend on timing: nothing orders the two threads, whichever comes first.
 */
#include <pthread.h>
#include <stdio.h>

enum { ROUNDS = 1000 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int counter;

static void *count(void *unused) {
    for (int i = 0; i < ROUNDS; i++) {
#ifndef RACY
        pthread_mutex_lock(&mutex);
#endif
        counter++;
#ifndef RACY
        pthread_mutex_unlock(&mutex);
#endif
    }
    return unused;
}

int main(void) {
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) {
        if (pthread_create(&threads[i], NULL, count, NULL) != 0) {
            perror("canary: no thread");
            return 1;
        }
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
    }
    pthread_mutex_destroy(&mutex);
    return 0;
}
