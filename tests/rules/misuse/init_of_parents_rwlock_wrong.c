/* Rule    misuse.init_of_parents_rwlock  [POSIX, C11]
 * Expect  misuse l
 * Also    race
 * Why     the thread that holds it is of the same process.
 * Twin    init_of_parents_rwlock_right.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

pthread_rwlock_t l = PTHREAD_RWLOCK_INITIALIZER;

void *task(void *unused) {
    pthread_rwlock_rdlock(&l);
    mark(0);
    await(1);
    pthread_rwlock_unlock(&l);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    await(0);
    pthread_rwlock_init(&l, NULL);
    pthread_rwlock_rdlock(&l);
    mark(1);
    return pthread_join(thread, NULL);
}
