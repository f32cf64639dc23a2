/* Rule    paths.handler-on-other-stack  [D4]
 * Expect  race x
 * Whole   write_x middle a
 * Why     The handler runs on a stack within the array of its caller; the stack is whole, in it
 *         and after it.
 */
#include "paths.h"

#include <signal.h>

int x, y;

__attribute__((noinline)) static void write_y(void) {
    y = 1;
}

static void handle(int signo) {
    (void)signo;
    write_y();
}

__attribute__((noinline)) static void write_x(void) {
    x = 1;
}

__attribute__((noinline)) static void middle(void) {
    volatile char below[40000];
    below[0] = 1;
    raise(SIGUSR2);
    write_x();
    below[0]++;
}

static void *a(void *unused) {
    char room[65536];
    sigaltstack(&(stack_t){.ss_sp = room, .ss_size = sizeof room}, NULL);
    sigaction(SIGUSR2, &(struct sigaction){.sa_handler = handle, .sa_flags = SA_ONSTACK}, NULL);
    middle();
    mark(1);
    sigaltstack(&(stack_t){.ss_flags = SS_DISABLE}, NULL);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, a, NULL);
    FIRST(thread);
    x = 2;
    return 0;
}
