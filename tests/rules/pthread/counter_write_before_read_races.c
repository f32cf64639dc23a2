/* Rule    pthread.counter-write-before-read  [HB-IO-01]
 * Expect  race x
 * Why     main reads another counter than the thread added to.
 * Twin    counter_write_before_read_ordered.c
 */
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "../invisible.h"

int x, counter, other;

static void *a(void *unused) {
    x = 1;
    eventfd_write(counter, 1);
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    eventfd_t got;
    counter = eventfd(0, 0);
    other = eventfd(1, 0);
    pthread_create(&thread, NULL, a, NULL);
    await(1);
    eventfd_read(other, &got);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
