/* Rule    deadlock.timer_beside_a_thread  [D8]
 * Expect  none
 * Why     a timer does, though all wait until then.
 * Twin    timer_beside_a_thread_stuck.c
 */
#include "raddle.h"

#include "../invisible.h"

#include <pthread.h>
#include <semaphore.h>

rdl_chan *ch;
sem_t s;
rdl_timer *timer;

void fire(void *unused) {
    rdl_send(ch, NULL);
}

static void *thread(void *unused) {
    sem_wait(&s);
    return NULL;
}

int main(void) {
    pthread_t other;
    ch = rdl_chan_make(0, 1);
    sem_init(&s, 0, 0);
    pthread_create(&other, NULL, thread, NULL);
    timer = rdl_after_func(200 * RDL_MILLISECOND, fire, NULL);
    rdl_recv(ch, NULL);
    sem_post(&s);
    rdl_timer_free(timer);
    return pthread_join(other, NULL);
}
