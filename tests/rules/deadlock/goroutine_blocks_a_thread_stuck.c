/* Rule    deadlock.goroutine_blocks_a_thread  [D8]
 * Expect  deadlock
 * Why     a goroutine waits for a post with its thread, main for the goroutine.
 * Twin    goroutine_blocks_a_thread_free.c
 */
#include "raddle.h"

#include "../invisible.h"

#include <pthread.h>
#include <semaphore.h>

sem_t s;
rdl_waitgroup wg;

static void goroutine(void *unused) {
    mark(0);
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
