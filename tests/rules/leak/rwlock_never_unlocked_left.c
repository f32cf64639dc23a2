/* Rule    leak.rwlock_never_unlocked  [D10]
 * Expect  leak l
 * Why     main holds it to the end.
 * Twin    rwlock_never_unlocked_gone.c
 */
#include "../asleep.h"

#include <pthread.h>

pthread_rwlock_t l = PTHREAD_RWLOCK_INITIALIZER;

void *task(void *unused) {
    pthread_rwlock_wrlock(&l);
    pthread_rwlock_unlock(&l);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_rwlock_rdlock(&l);
    pthread_create(&thread, NULL, task, NULL);
    await_sleepers(1);
    return 0;
}
