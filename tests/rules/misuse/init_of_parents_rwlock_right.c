/* Rule    misuse.init_of_parents_rwlock  [POSIX, C11]
 * Expect  none
 * Why     a thread of the parent held it when it forked: the child makes it anew.
 * Twin    init_of_parents_rwlock_wrong.c
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
    if (fork() == 0) {
        exit(pthread_rwlock_init(&l, NULL));
    }
    wait(NULL);
    mark(1);
    return pthread_join(thread, NULL);
}
