/* Rule    paths.signals-amid-calls  [D4]
 * Expect  race x
 * Ends    middle outer a
 * Stack   write_x on_signal
 * Why     Signals meet A anywhere in calls and returns, in their hooks too: the handler's stack is
 *         that of the place, and what is below it stays.
 */
#include "paths.h"

#include <signal.h>

enum { SIGNALS = 100 };

int x;
volatile int handled;

__attribute__((noinline)) static void write_x(void) {
    x = 1;
}

static void on_signal(int signo) {
    if (handled < SIGNALS && ++handled == SIGNALS) {
        write_x();
        mark(1);
    }
    (void)signo;
}

__attribute__((noinline)) static int leaf(int n) {
    return n + handled;
}

__attribute__((noinline)) static int middle(void) {
    int n = 0;
    mark(3);
    while (handled < SIGNALS) {
        n = leaf(n);
    }
    return n;
}

__attribute__((noinline)) static int outer(void) {
    return middle() + 1;
}

static void *a(void *unused) {
    volatile int n = outer();
    (void)n;
    await(2); /* nobody signals any more */
    return unused;
}

int main(void) {
    pthread_t thread;
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGUSR1, &action, NULL);
    pthread_create(&thread, NULL, a, NULL);
    await(3);
    while (!happened(1)) {
        pthread_kill(thread, SIGUSR1);
        sched_yield();
    }
    mark(2);
    FIRST(thread);
    x = 2;
    return 0;
}
