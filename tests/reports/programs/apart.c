/* Two pairs of threads that deadlock, one that has a lock twice, and one that waits for him, while main waits for a line. */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

struct pair {
    pthread_mutex_t first, second;
    sem_t has_first, has_second;
};

static struct pair left = {.first = PTHREAD_MUTEX_INITIALIZER, .second = PTHREAD_MUTEX_INITIALIZER};
static struct pair right = {.first = PTHREAD_MUTEX_INITIALIZER,
                            .second = PTHREAD_MUTEX_INITIALIZER};
static pthread_mutex_t alone = PTHREAD_MUTEX_INITIALIZER;
static sem_t all_begin;

static void *up(void *arg) {
    struct pair *pair = arg;
    pthread_mutex_lock(&pair->first);
    sem_post(&pair->has_first);
    sem_wait(&pair->has_second);
    sem_wait(&all_begin);
    pthread_mutex_lock(&pair->second);
    return NULL;
}

static void *down(void *arg) {
    struct pair *pair = arg;
    pthread_mutex_lock(&pair->second);
    sem_post(&pair->has_second);
    sem_wait(&pair->has_first);
    pthread_mutex_lock(&pair->first);
    return NULL;
}

static void *twice(void *first) {
    pthread_mutex_lock(&alone);
    sem_post(first);
    sem_wait(&all_begin);
    pthread_mutex_lock(&alone);
    return NULL;
}

static void *behind(void *unused) {
    pthread_mutex_lock(&alone);
    return unused;
}

static void start(void *(*what)(void *), void *arg) {
    pthread_t thread;
    pthread_create(&thread, NULL, what, arg);
    pthread_detach(thread);
}

int main(void) {
    struct pair *pairs[] = {&left, &right};
    sem_t taken;
    sem_init(&taken, 0, 0);
    sem_init(&all_begin, 0, 0);
    start(twice, &taken);
    sem_wait(&taken);
    start(behind, NULL);
    for (int i = 0; i < 2; i++) {
        sem_init(&pairs[i]->has_first, 0, 0);
        sem_init(&pairs[i]->has_second, 0, 0);
        start(up, pairs[i]);
        start(down, pairs[i]);
    }
    for (int i = 0; i < 3; i++) {
        sem_post(&all_begin);
    }
    getchar();
    return 0;
}
