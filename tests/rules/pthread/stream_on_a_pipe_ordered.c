/* Rule    pthread.stream-on-a-pipe  [HB-IO-01]
 * Expect  none
 * Why     the line came through a pipe: its writer had written x before.
 * Twin    stream_on_a_pipe_races.c
 */
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "../invisible.h"

int x, ends[2], others[2];
FILE *out, *in, *other;

static void *a(void *unused) {
    x = 1;
    fputs("a line\n", out);
    fflush(out);
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    char line[16];
    pipe(ends);
    pipe(others);
    write(others[1], "o\n", 2);
    out = fdopen(ends[1], "w");
    in = fdopen(ends[0], "r");
    other = fdopen(others[0], "r");
    pthread_create(&thread, NULL, a, NULL);
    await(1);
    fgets(line, sizeof line, in);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
