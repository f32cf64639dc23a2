/* Rule    deadlock.told_of_before  [D8]
 * Expect  deadlock
 * Also    misuse
 * Why     nobody has the semaphore any more but a finding, which is no memory of the program's.
 * Twin    told_of_before_free.c
 */
#include "../detached.h"
#include "../told.h"

struct own {
    pthread_mutex_t lock; /* which nobody holds: the finding has its address */
    sem_t posted;
};

static struct own *kept;

static void *wait_in(void *own) {
    mark(0);
    sem_wait(&((struct own *)own)->posted);
    mark(1);
    return NULL;
}

APART static void start(void) {
    struct own *own = (struct own *)calloc(1, sizeof *own);
    pthread_mutex_unlock(&own->lock);
    start_detached(wait_in, own);
    kept = NULL;
}

int main(void) {
    start();
    await_times(0, 1);
    TOLD_TWICE;
    if (kept != NULL) {
        post_and_await(&kept->posted);
    }
}
