/* Rule    deadlock.semaphore_left_by_jump  [D8]
 * Expect  deadlock
 * Why     nobody has the semaphore, and after the handler the wait goes on.
 * Twin    semaphore_left_by_jump_free.c
 */
#include "../detached.h"
#include "../told.h"

#include <setjmp.h>

#define JUMPS 0

static sigjmp_buf before;

static void handle(int signo) {
    JUMPS ? siglongjmp(before, signo) : (void)0;
}

static void *wait_or_leave(void *posted) {
    if (!JUMPS || sigsetjmp(before, 1) == 0) {
        mark(0);
        sem_wait((sem_t *)posted);
    }
    mark(1);
    return NULL;
}

APART static void start(void) {
    start_detached(wait_or_leave, calloc(1, sizeof(sem_t)));
}

int main(void) {
    signal(SIGUSR1, handle); /* begins a call again that it interrupts */
    start();
    await_times(0, 1);
    await_told(JUMPS ? 1500 : 60000);
    send_to_other(SIGUSR1);
    JUMPS ? await(1) : (void)0;
}
