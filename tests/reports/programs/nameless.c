/* nameless.c - two locks without a name in both orders: made by a call, in plain memory of the heap, or local to main. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "tests/rules/invisible.h"

struct drawer {
    long spoons;
    pthread_mutex_t lock;
};

static pthread_mutex_t *left, *right;

static pthread_mutex_t *drawer_lock(int made) {
    struct drawer *drawer = calloc(1, sizeof *drawer); /* all zero: an unlocked mutex */
    if (made) {
        pthread_mutex_init(&drawer->lock, NULL);
    }
    return &drawer->lock;
}

static void both(pthread_mutex_t *first, pthread_mutex_t *second) {
    pthread_mutex_lock(first);
    pthread_mutex_lock(second);
    pthread_mutex_unlock(second);
    pthread_mutex_unlock(first);
}

static void *forth(void *unused) {
    both(left, right);
    mark(0);
    return unused;
}

static void *back(void *unused) {
    await(0);
    both(right, left);
    return unused;
}

int main(int argc, char **argv) {
    pthread_mutex_t knives = PTHREAD_MUTEX_INITIALIZER, forks = PTHREAD_MUTEX_INITIALIZER;
    pthread_t one, two;
    const char *how = argc > 1 ? argv[1] : "";
    int local = strcmp(how, "local") == 0, made = strcmp(how, "made") == 0;
    left = local ? &knives : drawer_lock(made);
    right = local ? &forks : drawer_lock(made);
    pthread_create(&one, NULL, forth, NULL);
    pthread_create(&two, NULL, back, NULL);
    pthread_join(one, NULL);
    pthread_join(two, NULL);
    return 0;
}
