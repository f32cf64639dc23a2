/* Rule    c11.detached_thread  [HB-C11-02]
 * Expect  none
 * Why     what it stored last, with release, was read.
 * Twin    detached_thread_races.c
 */
#include "../invisible.h"

#include <stdatomic.h>
#include <threads.h>

int x;
atomic_int done;

static int a(void *unused) {
    (void)unused;
    x = 1;
    done = 1;
    mark(0);
    return 0;
}

int main(void) {
    thrd_t thread;
    thrd_create(&thread, a, NULL);
    thrd_detach(thread);
    while (!done) {
        thrd_yield();
    }
    await(0);
    x++;
    return 0;
}
