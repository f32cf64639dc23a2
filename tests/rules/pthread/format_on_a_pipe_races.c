/* Rule    pthread.format-on-a-pipe  [HB-IO-01]
 * Expect  race x
 * Why     the number came through another pipe.
 * Twin    format_on_a_pipe_ordered.c
 */
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "../invisible.h"

int x, ends[2], others[2];
FILE *in, *other;

static void *a(void *unused) {
    x = 1;
    dprintf(ends[1], "%d\n", 1);
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    int n;
    pipe(ends);
    pipe(others);
    write(others[1], "2\n", 2);
    in = fdopen(ends[0], "r");
    other = fdopen(others[0], "r");
    pthread_create(&thread, NULL, a, NULL);
    await(1);
    fscanf(other, "%d", &n);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
