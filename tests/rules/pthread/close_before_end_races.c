/* Rule    pthread.close-before-end  [HB-IO-01]
 * Expect  race x
 * Why     main does not look at the pipe.
 * Twin    close_before_end_ordered.c
 */
#include <pthread.h>
#include <unistd.h>

#include "../invisible.h"

int x, ends[2];

static void *a(void *unused) {
    x = 1;
    close(ends[1]);
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    char got = 0;
    pipe(ends);
    pthread_create(&thread, NULL, a, NULL);
    await(1);
    read(-1, &got, 1);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
