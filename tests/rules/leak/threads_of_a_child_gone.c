/* Rule    leak.threads_of_a_child  [D10]
 * Expect  none
 * Why     the parent's threads are not the child's.
 * Twin    threads_of_a_child_left.c
 */
#include "../ended.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

void *task(void *unused) {
    return unused;
}

int main(void) {
    pthread_t thread, own = 1;
    pthread_create(&thread, NULL, task, NULL);
    if (fork() == 0) {
        await_threads(1);
        return own == 0;
    }
    pthread_join(thread, NULL);
    wait(NULL);
    return 0;
}
