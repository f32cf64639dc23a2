/* Rule    deadlock.main_has_ended  [D8]
 * Expect  deadlock pthread_cond_wait
 * Why     nobody is left but who waits.
 * Twin    main_has_ended_free.c
 */
#include <pthread.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t c = PTHREAD_COND_INITIALIZER;

void *task(void *unused) {
    pthread_mutex_lock(&m);
    pthread_cond_wait(&c, &m);
    pthread_mutex_unlock(&m);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    pthread_detach(thread);
    pthread_exit(NULL);
}
