/* Rule    deadlock.locks_of_the_parent  [D8]
 * Expect  none
 * Why     nobody holds it.
 * Twin    locks_of_the_parent_stuck.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

void *task(void *unused) {
    mark(2);
    mark(0);
    await(1);
    mark(2);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    await(0);
    pid_t child = fork();
    if (child == 0) {
        pthread_mutex_lock(&m);
        pthread_mutex_unlock(&m);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    mark(1);
    return pthread_join(thread, NULL);
}
