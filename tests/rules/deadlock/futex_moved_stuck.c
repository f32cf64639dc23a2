/* Rule    deadlock.futex_moved  [D8]
 * Expect  deadlock
 * Why     who sleeps at a word of his own is woken at another in vain.
 * Twin    futex_moved_free.c
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
    while (futex(&other, FUTEX_WAKE_PRIVATE, 1, 0, NULL) != 0) {
    }
    __atomic_store_n(word, 0, __ATOMIC_SEQ_CST);
}

int main(void) {
    start();
    UNTOLD;
    futex(&other, FUTEX_WAKE_PRIVATE, 1, 0, NULL);
    while (happened(0) == 0 && rdl_findings_count() == 0) {
        sched_yield();
    }
}
