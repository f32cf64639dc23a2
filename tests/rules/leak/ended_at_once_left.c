/* Rule    leak.ended_at_once  [D10]
 * Expect  leak main
 * Why     main returns: whoever is left is judged.
 * Twin    ended_at_once_gone.c
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
    return 0;
}
