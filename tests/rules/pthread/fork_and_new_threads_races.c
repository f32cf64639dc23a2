/* Rule    pthread.fork-and-new-threads  [HB-PT-01]
 * Expect  race x
 * Why     the child does not wait for its thread before it writes.
 * Twin    fork_and_new_threads_ordered.c
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
    await(1);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
