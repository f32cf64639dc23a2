/* Rule    pthread.fork-and-other-threads  [HB-M-01]
 * Expect  race x
 * Why     the thread lives on in the parent, and nothing orders its write before main's.
 * Twin    fork_and_other_threads_ordered.c
 */
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../invisible.h"

int x;

static void *a(void *unused) {
    x = 1;
    mark(1);
    await(2);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, a, NULL);
    await(1);
    pid_t pid = fork();
    if (pid != 0) {
        x = 2;
    }
    if (pid == 0) {
        _exit(0);
    }
    waitpid(pid, NULL, 0);
    mark(2);
    pthread_join(thread, NULL);
    return 0;
}
