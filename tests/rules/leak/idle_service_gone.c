/* Rule    leak.idle_service  [D10]
 * Expect  none
 * Listed  1 thread blocked at exit, never woken in pthread_cond_wait on c
 * Why     a thread in reserve that was never needed: the end of the process ends it, and that is all right.
 * Twin    idle_service_left.c
 */
#include "../asleep.h"
#include "../ended.h"

#include <pthread.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t c = PTHREAD_COND_INITIALIZER;
int work;

void *serve(void *unused) {
    pthread_mutex_lock(&m);
    while (work == 0) {
        pthread_cond_wait(&c, &m);
    }
    pthread_mutex_unlock(&m);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, serve, NULL);
    await_sleepers(1);
    return 0;
}
