/* Rule    misuse.locks_of_the_parent  [POSIX, C11]
 * Expect  misuse m
 * Why     of the same process.
 * Twin    locks_of_the_parent_right.c
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
    pthread_mutex_unlock(&m);
    mark(1);
    return pthread_join(thread, NULL);
}
