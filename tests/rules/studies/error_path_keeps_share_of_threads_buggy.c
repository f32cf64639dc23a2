/* Rule    studies.error_path_keeps_share_of_threads  [Lu08]
 * Expect  deadlock
 * Why     who met an error does not post, and has ended.
 * Twin    error_path_keeps_share_of_threads_fixed.c
 */
#include <pthread.h>
#include <semaphore.h>

static sem_t s;

static void *load(void *file) {
    sem_wait(&s);
    if (file == NULL) {
        return NULL;
    }
    sem_post(&s);
    return NULL;
}

int main(void) {
    pthread_t thread;
    sem_init(&s, 0, 1);
    pthread_create(&thread, NULL, load, NULL);
    pthread_join(thread, NULL);
    load(&s);
    return 0;
}
