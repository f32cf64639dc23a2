/* Rule    deadlock.locks_of_the_parent  [D8]
 * Expect  deadlock m
 * Says    held by thread 2, which a fork has left behind in the parent process, since
 * Why     the child of a fork has a mutex whose holder does not exist there.
 * Twin    locks_of_the_parent_free.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

void *task(void *unused) {
    pthread_mutex_lock(&m);
    mark(0);
    await(1);
    pthread_mutex_unlock(&m);
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
