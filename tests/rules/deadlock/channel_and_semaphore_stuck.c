/* Rule    deadlock.channel_and_semaphore  [D8]
 * Expect  deadlock
 * Why     a thread and main wait for each other, for a post and for a value.
 * Twin    channel_and_semaphore_free.c
 */
#include "raddle.h"

#include "../invisible.h"

#include <pthread.h>
#include <semaphore.h>

rdl_chan *ch;
sem_t s;

static void *thread(void *unused) {
    mark(0);
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
