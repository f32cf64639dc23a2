/* Rule    pthread.join_of_a_stranger  [HB-PT-01]
 * Expect  race x
 * Why     main writes before it joins a thread that libc was asked for behind our back.
 * Twin    join_of_a_stranger_ordered.c
 */
#include "../invisible.h"

#include <dlfcn.h>
#include <pthread.h>

typedef int create(pthread_t *thread, const pthread_attr_t *with, void *(*runs)(void *), void *arg);

int x;

static void *stranger(void *unused) {
    x = 1;
    mark(0);
    return unused;
}

int main(void) {
    pthread_t thread;
    void *libc = dlopen("libc.so.6", RTLD_NOW);
    create *unseen = (create *)dlsym(libc, "pthread_create");
    if (unseen(&thread, NULL, stranger, NULL) != 0) {
        return 1;
    }
    await(0);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
