/* Rule    pthread.channel-to-a-thread  [HB-CH-01, HB-M-02]
 * Expect  race x
 * Why     the thread only sees that the goroutine has written.
 * Twin    channel_to_a_thread_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

#include <pthread.h>

int x;
rdl_chan *c;

static void goroutine(void *unused) {
    x = 1;
    rdl_send(c, (int[]){1});
    mark(1);
}

static void *thread(void *unused) {
    await(1);
    x = 2;
    return unused;
}

int main(void) {
    pthread_t id;
    c = RDL_CHAN(int, 1);
    rdl_go(goroutine, NULL);
    pthread_create(&id, NULL, thread, NULL);
    pthread_join(id, NULL);
    return 0;
}
