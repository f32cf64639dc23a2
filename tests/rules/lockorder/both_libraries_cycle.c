/* Rule    lockorder.both_libraries  [D9]
 * Expect  lock-order
 * Why     a goroutine and a thread, a lock of the runtime and one of pthread.
 * Twin    both_libraries_safe.c
 */
#include "raddle.h"

#include "../invisible.h"

#include <pthread.h>

rdl_mutex a;
pthread_mutex_t b = PTHREAD_MUTEX_INITIALIZER;

void *task(void *unused) {
    await(0);
    pthread_mutex_lock(&b);
    rdl_mutex_lock(&a);
    rdl_mutex_unlock(&a);
    pthread_mutex_unlock(&b);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    rdl_mutex_lock(&a);
    pthread_mutex_lock(&b);
    pthread_mutex_unlock(&b);
    rdl_mutex_unlock(&a);
    mark(0);
    return pthread_join(thread, NULL);
}
