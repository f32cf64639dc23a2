/* Rule    pthread.mutex-in-goroutines  [HB-PT-02, HB-M-02]
 * Expect  none
 * Why     a pthread mutex orders the goroutines that use it, on whatever threads they run.
 * Twin    mutex_in_goroutines_races.c
 */
#include "raddle.h"

#include "../invisible.h"

#include <pthread.h>

int x;
pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER, n = PTHREAD_MUTEX_INITIALIZER;

static void a(void *unused) {
    pthread_mutex_lock(&m);
    x = 1;
    pthread_mutex_unlock(&m);
    mark(1);
}

int main(void) {
    pthread_mutex_t *mine = &m;
    rdl_go(a, NULL);
    await(1);
    pthread_mutex_lock(mine);
    x = 2;
    pthread_mutex_unlock(mine);
    return 0;
}
