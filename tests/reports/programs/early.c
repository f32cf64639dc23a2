/* Two deadlocks of threads, one after the other; main waits for a line after each. */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

static pthread_mutex_t first = PTHREAD_MUTEX_INITIALIZER, second = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t alone = PTHREAD_MUTEX_INITIALIZER;
static sem_t has_first, has_second;

static void *up(void *unused) {
    pthread_mutex_lock(&first);
    sem_post(&has_first);
    sem_wait(&has_second);
    pthread_mutex_lock(&second);
    return unused;
}

static void *down(void *unused) {
    pthread_mutex_lock(&second);
    sem_post(&has_second);
    sem_wait(&has_first);
    pthread_mutex_lock(&first);
    return unused;
}

static void *twice(void *unused) {
    pthread_mutex_lock(&alone);
    pthread_mutex_lock(&alone);
    return unused;
}

static void start(void *(*what)(void *)) {
    pthread_t thread;
    pthread_create(&thread, NULL, what, NULL);
    pthread_detach(thread);
}

int main(void) {
    sem_init(&has_first, 0, 0);
    sem_init(&has_second, 0, 0);
    start(up);
    start(down);
    getchar();
    start(twice);
    getchar();
    return 0;
}
