/* Rule    deadlock.handler_by_system_call  [D8]
 * Expect  none
 * Why     a handler that was installed past the C library may post all the same.
 * Twin    handler_by_system_call_stuck.c
 */
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

sem_t s;

void on_signal(int signo) {
    sem_post(&s);
}

long act(int signo, const uint64_t *action, uint64_t *old) {
    return syscall(SYS_rt_sigaction, signo, action, old, sizeof(uint64_t));
}

int main(void) {
    uint64_t words[4]; /* the kernel's: handler, flags, restorer, mask */
    unsigned soon_s = 1;
    sem_init(&s, 0, 0);
    signal(SIGUSR1, on_signal);
    act(SIGUSR1, NULL, words);
    signal(SIGUSR1, SIG_IGN);
    words[0] = (uint64_t)on_signal;
    act(SIGALRM, words, NULL);
    alarm(soon_s);
    while (sem_wait(&s) != 0) {
    }
    return 0;
}
