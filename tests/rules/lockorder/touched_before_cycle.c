/* Rule    lockorder.touched_before  [D9]
 * Expect  lock-order
 * Why     that one took the locks before the other, alone and nested, is luck.
 * Twin    touched_before_safe.c
 */
#include "../invisible.h"
#include "../nest.h"

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

void touch(pthread_mutex_t *lock) {
    pthread_mutex_lock(lock);
    pthread_mutex_unlock(lock);
}

void *task(void *unused) {
    await(0);
    touch(&a);
    touch(&b);
    nest(&b, &a);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    nest(&a, &b);
    touch(&b);
    mark(0);
    return pthread_join(thread, NULL);
}
