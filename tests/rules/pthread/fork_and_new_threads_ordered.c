/* Rule    pthread.fork-and-new-threads  [HB-PT-01]
 * Expect  none
 * Why     the child of a fork is watched like any process, and it has waited for its thread.
 * Twin    fork_and_new_threads_races.c
 */
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../invisible.h"

int x;

static void *a(void *unused) {
    x = 1;
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pid_t pid = fork();
    if (pid != 0) {
        waitpid(pid, NULL, 0);
        return 0;
    }
    pthread_create(&thread, NULL, a, NULL);
    pthread_join(thread, NULL);
    x = 2;
    return 0;
}
