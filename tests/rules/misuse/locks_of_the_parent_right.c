/* Rule    misuse.locks_of_the_parent  [POSIX, C11]
 * Expect  none
 * Why     another thread of the parent held it when it forked: the child makes it anew.
 * Twin    locks_of_the_parent_wrong.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

void *task(void *unused) {
    pthread_mutex_lock(&m);
    mark(0);
    await(1);
    pthread_mutex_unlock(&m);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    await(0);
    if (fork() == 0) {
        pthread_mutex_unlock(&m);
        exit(pthread_mutex_init(&m, NULL));
    }
    wait(NULL);
    mark(1);
    return pthread_join(thread, NULL);
}
