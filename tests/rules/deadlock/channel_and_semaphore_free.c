/* Rule    deadlock.channel_and_semaphore  [D8]
 * Expect  none
 * Why     the thread sends first.
 * Twin    channel_and_semaphore_stuck.c
 */
#include "raddle.h"

#include "../invisible.h"

#include <pthread.h>
#include <semaphore.h>

rdl_chan *ch;
sem_t s;

static void *thread(void *unused) {
    rdl_send(ch, NULL);
    sem_wait(&s);
    rdl_send(ch, NULL);
    return NULL;
}

int main(void) {
    pthread_t other;
    ch = rdl_chan_make(0, 1);
    sem_init(&s, 0, 0);
    pthread_create(&other, NULL, thread, NULL);
    rdl_recv(ch, NULL);
    sem_post(&s);
    return pthread_join(other, NULL);
}
