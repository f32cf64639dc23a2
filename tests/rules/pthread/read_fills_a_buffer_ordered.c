/* Rule    pthread.read-fills-a-buffer  [HB-IO-01]
 * Expect  none
 * Why     main looks at the buffer when the thread has ended.
 * Twin    read_fills_a_buffer_races.c
 */
#include <pthread.h>
#include <unistd.h>

#include "../invisible.h"

int ends[2];
char buffer[8];

static void *a(void *unused) {
    read(ends[0], buffer, 4);
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    char got;
    pipe(ends);
    write(ends[1], "abcd", 4);
    pthread_create(&thread, NULL, a, NULL);
    await(1);
    pthread_join(thread, NULL);
    got = buffer[3];
    return got != 'd';
}
