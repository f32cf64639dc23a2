/* Rule    misuse.destroy_of_entered_condition  [POSIX]
 * Expect  none
 * Why     it was woken before: that it leaves is what the destruction waits for.
 * Twin    destroy_of_entered_condition_wrong.c
 */
#include <pthread.h>
#include <raddle/detector.h>
#include <sched.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t c = PTHREAD_COND_INITIALIZER;
_Atomic int inside, over;

void *waits(void *unused) {
    pthread_mutex_lock(&m);
    inside = 1;
    pthread_cond_wait(&c, &m);
    return pthread_mutex_unlock(&m), unused;
}

void *destroys(void *unused) {
    for (int is = 0; is == 0; pthread_mutex_unlock(&m)) {
        pthread_mutex_lock(&m);
        is = inside;
    }
    pthread_cond_signal(&c);
    pthread_cond_destroy(&c);
    return over = 1, unused;
}

int main(void) {
    pthread_t thread[2];
    pthread_create(&thread[0], NULL, waits, NULL);
    pthread_create(&thread[1], NULL, destroys, NULL);
    while (over == 0 && rdl_findings_count() == 0) {
        sched_yield();
    }
    pthread_cond_broadcast(over == 0 ? &c : &(pthread_cond_t)PTHREAD_COND_INITIALIZER);
    return pthread_join(thread[0], NULL) + pthread_join(thread[1], NULL);
}
