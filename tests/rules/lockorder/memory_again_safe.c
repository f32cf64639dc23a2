/* Rule    lockorder.memory_again  [D9, HB-M-06]
 * Expect  none
 * Why     a lock that lies where another one lay before its memory was given back is another one.
 * Twin    memory_again_cycle.c
 */
#include "../invisible.h"
#include "../nest.h"

#include <stdlib.h>

static pthread_mutex_t *at;

INVISIBLE pthread_mutex_t *lock(void) {
    return at;
}

/* Mostly where the last one was; valid as it is, for an initialiser is all zeroes. */
INVISIBLE void begin_anew(void) {
    free(at);
    at = (pthread_mutex_t *)calloc(1, sizeof *at);
}

void *task(void *unused) {
    await(0);
    nest(&a, lock());
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    begin_anew();
    nest(lock(), &a);
    begin_anew();
    mark(0);
    return pthread_join(thread, NULL);
}
