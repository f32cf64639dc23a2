/* Rule    pthread.splice-into-a-pipe  [HB-IO-01]
 * Expect  none
 * Why     what is read was moved into the pipe by who had written x before.
 * Twin    splice_into_a_pipe_races.c
 */
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include "../invisible.h"

int x, from[2], ends[2], others[2];

static void *a(void *unused) {
    x = 1;
    splice(from[0], NULL, ends[1], NULL, 1, 0);
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    char got;
    pipe(from);
    pipe(ends);
    pipe(others);
    write(from[1], "f", 1);
    write(others[1], "o", 1);
    pthread_create(&thread, NULL, a, NULL);
    await(1);
    read(ends[0], &got, 1);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
