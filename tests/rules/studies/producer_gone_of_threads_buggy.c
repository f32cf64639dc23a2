/* Rule    studies.producer_gone_of_threads  [Lu08]
 * Expect  deadlock
 * Why     the producer met an error, and told nobody.
 * Twin    producer_gone_of_threads_fixed.c
 */
#include <pthread.h>
#include <stdbool.h>

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool is_over;
static int n;

static void *produce(void *file) {
    if (file != NULL) {
        n++;
    }
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, produce, NULL);
    pthread_mutex_lock(&m);
    while (n == 0 && !is_over) {
        pthread_cond_wait(&changed, &m);
    }
    pthread_mutex_unlock(&m);
    return pthread_join(thread, NULL);
}
