/* Rule    lockorder.read_again_by_kind  [D9]
 * Expect  none
 * Why     of the default kind readers pass writers: only other systems would do so.
 * Twin    read_again_by_kind_cycle.c
 */
#include "../invisible.h"

#include <pthread.h>

pthread_rwlock_t a;

void *task(void *unused) {
    await(0);
    pthread_rwlock_wrlock(&a);
    pthread_rwlock_unlock(&a);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_rwlockattr_t attributes;
    pthread_rwlockattr_init(&attributes);
    pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_DEFAULT_NP);
    pthread_rwlock_init(&a, &attributes);
    pthread_create(&thread, NULL, task, NULL);
    pthread_rwlock_rdlock(&a);
    pthread_rwlock_rdlock(&a);
    pthread_rwlock_unlock(&a);
    pthread_rwlock_unlock(&a);
    mark(0);
    return pthread_join(thread, NULL);
}
