/* Rule    deadlock.beside_a_child  [D8]
 * Expect  deadlock
 * Why     nobody has the semaphore any more.
 * Twin    beside_a_child_free.c
 */
#include "../detached.h"
#include "../told.h"

#include <sys/wait.h>
#include <unistd.h>

static sem_t *kept;

APART static void start(void) {
    kept = start_waiting_for_post();
    kept = NULL;
}

/* Its end is a signal that nobody handles. */
static pid_t start_child(const int ends[2]) {
    pid_t child = fork();
    if (child == 0) {
        char byte;
        close(ends[1]);
        _exit(read(ends[0], &byte, 1) != 0);
    }
    return child;
}

int main(void) {
    int ends[2];
    pid_t child = pipe(ends) == 0 ? start_child(ends) : -1;
    start();
    await_times(0, 1);
    TOLD;
    post_and_await(kept);
    close(ends[1]);
    waitpid(child, NULL, 0);
}
