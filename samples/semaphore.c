/* A buffered channel as a semaphore: a slot of the channel is a permit, so at most `capacity`
 * goroutines are inside at the same time.
 *
 *   raddle-cc semaphore.c -o semaphore && run-with-detector ./semaphore
 *
 * Output:
 *   8 visitors, never more than 2 at once
 * Expect: clean
 */
#include "raddle.h"

#include <stdio.h>

enum { VISITORS = 8, PERMITS = 2 };

static rdl_chan *permits;
static rdl_mutex book;
static int visits, inside, most; /* guarded by book */

static void enter(void) {
    rdl_mutex_lock(&book);
    inside++;
    most = inside > most ? inside : most;
    rdl_mutex_unlock(&book);
}

static void leave(void) {
    rdl_mutex_lock(&book);
    inside--;
    visits++;
    rdl_mutex_unlock(&book);
}

static void visit(void *unused) {
    (void)unused;
    rdl_send(permits, NULL); /* waits while the channel is full */
    enter();
    rdl_yield(); /* let the others try */
    leave();
    rdl_recv(permits, NULL);
}

int main(void) {
    permits = rdl_chan_make(0, PERMITS);
    rdl_waitgroup all = {0};
    for (int i = 0; i < VISITORS; i++) {
        rdl_waitgroup_go(&all, visit, NULL);
    }
    rdl_waitgroup_wait(&all);

    bool right = visits == VISITORS && most <= PERMITS;
    const char *how = right ? "never more than" : "more than";
    printf("%d visitors, %s %d at once\n", visits, how, PERMITS);
    rdl_chan_free(permits);
    return right ? 0 : 1;
}
