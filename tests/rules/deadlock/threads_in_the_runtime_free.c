/* Rule    deadlock.threads_in_the_runtime  [D8]
 * Expect  none
 * Why     the goroutine sends first.
 * Twin    threads_in_the_runtime_stuck.c
 */
#include "raddle.h"

#include "../invisible.h"

#include <pthread.h>

rdl_chan *to_thread, *to_goroutine;

static void goroutine(void *unused) {
    rdl_send(to_thread, NULL);
    rdl_recv(to_goroutine, NULL);
    rdl_send(to_thread, NULL);
}

static void *thread(void *unused) {
    rdl_recv(to_thread, NULL);
    rdl_send(to_goroutine, NULL);
    rdl_recv(to_thread, NULL);
    return NULL;
}

int main(void) {
    pthread_t other;
    to_thread = rdl_chan_make(0, 0);
    to_goroutine = rdl_chan_make(0, 0);
    rdl_go(goroutine, NULL);
    pthread_create(&other, NULL, thread, NULL);
    return pthread_join(other, NULL);
}
