/* Rule    deadlock.ended_by_exec  [D8]
 * Expect  deadlock
 * Why     the thread waits for a lock that it has, however soon another program takes its place.
 * Twin    ended_by_exec_free.c
 */
#include "../asleep.h"

#include <pthread.h>
#include <unistd.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

static void *task(void *unused) {
    pthread_mutex_lock(&m);
    pthread_mutex_lock(&m);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    await_sleepers(1);
    execl("/bin/true", "true", (char *)NULL);
    return 0;
}
