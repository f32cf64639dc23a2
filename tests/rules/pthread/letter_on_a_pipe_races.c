/* Rule    pthread.letter-on-a-pipe  [HB-IO-01]
 * Expect  race x
 * Why     the letter came through another pipe.
 * Twin    letter_on_a_pipe_ordered.c
 */
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "../invisible.h"

int x, ends[2], others[2];
FILE *out, *in, *other;

static void *a(void *unused) {
    x = 1;
    putc('a', out);
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pipe(ends);
    pipe(others);
    write(others[1], "o", 1);
    out = fdopen(ends[1], "w");
    in = fdopen(ends[0], "r");
    other = fdopen(others[0], "r");
    setvbuf(out, NULL, _IONBF, 0);
    pthread_create(&thread, NULL, a, NULL);
    await(1);
    getc(other);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
