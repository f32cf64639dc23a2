/* Rule    leak.ended_at_once  [D10]
 * Expect  none
 * Why     _exit says nothing of who should have ended.
 * Twin    ended_at_once_left.c
 */
#include "../ended.h"

#include <pthread.h>
#include <unistd.h>

void *task(void *unused) {
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    await_threads(1);
    _exit(0);
    return 0;
}
