/* Rule    pthread.pipe-write-before-read  [HB-IO-01]
 * Expect  none
 * Why     the read returns what the thread wrote after it had written x.
 * Twin    pipe_write_before_read_races.c
 */
#include <pthread.h>
#include <unistd.h>

#include "../invisible.h"

int x, ends[2], others[2];

static void *a(void *unused) {
    x = 1;
    write(ends[1], "a", 1);
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    char got;
    pipe(ends);
    pipe(others);
    write(others[1], "o", 1);
    pthread_create(&thread, NULL, a, NULL);
    await(1);
    read(ends[0], &got, 1);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
