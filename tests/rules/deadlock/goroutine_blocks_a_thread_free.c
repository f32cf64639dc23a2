/* Rule    deadlock.goroutine_blocks_a_thread  [D8]
 * Expect  none
 * Why     it posts itself.
 * Twin    goroutine_blocks_a_thread_stuck.c
 */
#include "raddle.h"

#include "../invisible.h"

#include <pthread.h>
#include <semaphore.h>

sem_t s;
rdl_waitgroup wg;

static void goroutine(void *unused) {
    sem_post(&s);
    sem_wait(&s);
    rdl_waitgroup_done(&wg);
}

int main(void) {
    sem_init(&s, 0, 0);
    rdl_waitgroup_add(&wg, 1);
    rdl_go(goroutine, NULL);
    rdl_waitgroup_wait(&wg);
    return 0;
}
