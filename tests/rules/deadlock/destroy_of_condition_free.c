/* Rule    deadlock.destroy_of_condition  [D8]
 * Expect  none
 * Why     they were woken: that they leave is what it waits for.
 * Twin    destroy_of_condition_stuck.c
 */
#include <pthread.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t c = PTHREAD_COND_INITIALIZER;
int inside;

static void *waits(void *unused) {
    pthread_mutex_lock(&m);
    inside = 1;
    pthread_cond_wait(&c, &m);
    return pthread_mutex_unlock(&m), unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, waits, NULL);
    for (int is = 0; is == 0; pthread_mutex_unlock(&m)) {
        pthread_mutex_lock(&m);
        is = inside;
    }
    pthread_cond_signal(&c);
    pthread_cond_destroy(&c);
    return pthread_join(thread, NULL);
}
