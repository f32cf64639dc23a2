/* Rule    c11.detached_thread  [HB-C11-02]
 * Expect  race x
 * Why     it goes on after that.
 * Twin    detached_thread_ordered.c
 */
#include "../invisible.h"

#include <stdatomic.h>
#include <threads.h>

int x;
atomic_int done;

static int a(void *unused) {
    (void)unused;
    done = 1;
    x = 1;
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
