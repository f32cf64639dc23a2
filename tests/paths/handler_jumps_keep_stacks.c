/* Rule    paths.handler-jumps-keep-stacks  [D4]
 * Expect  race x
 * Whole   write_x a
 * Why     A left signal handlers by a jump, also from another stack; they are not in its stack
 *         any more.
 */
#include "paths.h"

#include <setjmp.h>
#include <signal.h>

int x;
sigjmp_buf home;

__attribute__((noinline)) static void leave(void) {
    siglongjmp(home, 1);
}

static void handle(int signo) {
    leave();
    x = signo;
}

__attribute__((noinline)) static void fail(int signo) {
    raise(signo);
    x = 0;
}

__attribute__((noinline)) static void write_x(void) {
    x = 1;
}

static void *a(void *unused) {
    static char room[65536];
    sigaltstack(&(stack_t){.ss_sp = room, .ss_size = sizeof room}, NULL);
    sigaction(SIGUSR1, &(struct sigaction){.sa_handler = handle}, NULL);
    sigaction(SIGUSR2, &(struct sigaction){.sa_handler = handle, .sa_flags = SA_ONSTACK}, NULL);
    for (volatile int n = 0; n < 1000; n++) {
        if (sigsetjmp(home, 1) == 0) {
            fail(n & 1 ? SIGUSR1 : SIGUSR2);
        }
    }
    write_x();
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, a, NULL);
    FIRST(thread);
    x = 2;
    return 0;
}
