/* Rule    deadlock.pointer_in_a_pipe  [D8]
 * Expect  deadlock
 * Why     nobody has the semaphore any more.
 * Twin    pointer_in_a_pipe_free.c
 */
#include "../detached.h"
#include "../told.h"

#include <unistd.h>

int ends[2];

APART static ssize_t start(void) {
    sem_t *posted = start_waiting_for_post(), *given = NULL;
    return write(ends[1], posted != NULL ? &given : NULL, sizeof given);
}

int main(void) {
    sem_t *posted = NULL;
    bool made = pipe(ends) == 0 && start() > 0;
    await_times(0, 1);
    TOLD;
    if (made && read(ends[0], &posted, sizeof posted) > 0) {
        post_and_await(posted);
    }
}
