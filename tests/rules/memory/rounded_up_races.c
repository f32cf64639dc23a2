/* Rule    memory.rounded-up  [HB-M-06]
 * Expect  race
 * Why     Main writes into the block that A freed, with nothing of its own there.
 * Twin    rounded_up_ordered.c
 */
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>

#include "../invisible.h"

char *old;

static void *a(void *unused) {
    free(old);
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    old = malloc(2000); /* too large for A to keep, and not the last before the end of the heap */
    void *next = malloc(2000);
    pthread_create(&thread, NULL, a, NULL);
    await(1);
    char *block = old;
    if (block != old) {
        abort();
    }
    block[1998] = 1;
    pthread_join(thread, NULL);
    free(next);
    return 0;
}
