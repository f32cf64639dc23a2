/* Rule    deadlock.futex_moved  [D8]
 * Expect  none
 * Why     he was moved to the other one before.
 * Twin    futex_moved_stuck.c
 */
#include "../detached.h"
#include "../told.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

static unsigned other;

static long futex(unsigned *word, int operation, int n, long moved, unsigned *to) {
    return syscall(SYS_futex, word, operation, n, moved, to, 0);
}

static void *waits(void *word) {
    futex(word, FUTEX_WAIT_PRIVATE, 0, 0, NULL);
    mark(0);
    return NULL;
}

APART static void start(void) {
    unsigned *word = calloc(1, sizeof *word);
    start_detached(waits, word);
    while (futex(word, FUTEX_REQUEUE_PRIVATE, 0, 1, &other) == 0) {
    }
    __atomic_store_n(word, 1, __ATOMIC_SEQ_CST);
}

int main(void) {
    start();
    UNTOLD;
    futex(&other, FUTEX_WAKE_PRIVATE, 1, 0, NULL);
    while (happened(0) == 0 && rdl_findings_count() == 0) {
        sched_yield();
    }
}
