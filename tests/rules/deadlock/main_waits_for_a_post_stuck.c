/* Rule    deadlock.main_waits_for_a_post  [D8]
 * Expect  deadlock
 * Why     main waits for a post, and the goroutine that would make it waits for a value.
 * Twin    main_waits_for_a_post_free.c
 */
#include "raddle.h"

#include "../invisible.h"

#include <semaphore.h>

rdl_chan *ch;
sem_t s;

static void goroutine(void *unused) {
    rdl_sleep(60 * RDL_MILLISECOND);
    rdl_recv(ch, NULL);
    sem_post(&s);
}

int main(void) {
    ch = rdl_chan_make(0, 1);
    sem_init(&s, 0, 0);
    mark(0);
    rdl_go(goroutine, NULL);
    return sem_wait(&s);
}
