/* Rule    pthread.close-before-end  [HB-IO-01]
 * Expect  none
 * Why     the end that main reads says that the thread has closed.
 * Twin    close_before_end_races.c
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
    read(ends[0], &got, 1);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
