/* A list of locks that two tasks walk hand over hand; a third one goes from its end to its beginning at once. */
#include <pthread.h>
#include <stdint.h>

#include "tests/rules/invisible.h"

static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER,
                       c = PTHREAD_MUTEX_INITIALIZER;

static void *walk(void *turn) {
    await_times(0, (int)(intptr_t)turn);
    pthread_mutex_lock(&a);
    pthread_mutex_lock(&b);
    pthread_mutex_unlock(&a);
    pthread_mutex_lock(&c);
    pthread_mutex_unlock(&c);
    pthread_mutex_unlock(&b);
    mark(0);
    return NULL;
}

static void *jump_back(void *unused) {
    await_times(0, 2);
    pthread_mutex_lock(&c);
    pthread_mutex_lock(&a);
    pthread_mutex_unlock(&a);
    pthread_mutex_unlock(&c);
    return unused;
}

int main(void) {
    pthread_t tasks[3];
    for (int i = 0; i < 2; i++) {
        pthread_create(&tasks[i], NULL, walk, (void *)(intptr_t)i);
    }
    pthread_create(&tasks[2], NULL, jump_back, NULL);
    for (int i = 0; i < 3; i++) {
        pthread_join(tasks[i], NULL);
    }
    return 0;
}
