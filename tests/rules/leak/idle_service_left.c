/* Rule    leak.idle_service  [D10]
 * Expect  leak main
 * Why     it was woken, and has ended: nobody joined it, and what it leaves is never given back.
 * Twin    idle_service_gone.c
 */
#include "../asleep.h"
#include "../ended.h"

#include <pthread.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t c = PTHREAD_COND_INITIALIZER;
int work = 1;

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
    await_threads(1);
    return 0;
}
