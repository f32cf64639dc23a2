/* Rule    deadlock.pointer_in_a_pipe  [D8]
 * Expect  none
 * Why     it lies in a pipe, as bytes.
 * Twin    pointer_in_a_pipe_stuck.c
 */
#include "../detached.h"
#include "../told.h"

#include <unistd.h>

int ends[2];

APART static ssize_t start(void) {
    sem_t *posted = start_waiting_for_post(), *given = posted;
    return write(ends[1], posted != NULL ? &given : NULL, sizeof given);
}

int main(void) {
    sem_t *posted = NULL;
    bool made = pipe(ends) == 0 && start() > 0;
    await_times(0, 1);
    UNTOLD;
    if (made && read(ends[0], &posted, sizeof posted) > 0) {
        post_and_await(posted);
    }
}
