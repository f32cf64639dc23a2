/* A handler that interrupts everything: no event of it may be lost, and sigaction tells the truth.
 * However it was installed, the kernel knows another one. */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#pragma GCC diagnostic ignored "-Wdeprecated-declarations" /* sigset */

static volatile int hits;
static _Atomic int touched;
static int counter;
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

static void touch(void) {
    touched++;
    hits = hits + 1;
}

static void handler(int signo) {
    (void)signo;
    touch();
}

/* What the kernel has begins with the handler. */
static int is_stood_before(int signo) {
    sighandler_t seen[4] = {NULL};
    struct sigaction told;
    syscall(SYS_rt_sigaction, signo, NULL, seen, 8);
    return (seen[0] != handler) == (getenv("LD_PRELOAD") != NULL) &&
           sigaction(signo, NULL, &told) == 0 && told.sa_handler == handler;
}

extern sighandler_t __sysv_signal(int, sighandler_t);
extern sighandler_t bsd_signal(int, sighandler_t);
extern int __sigaction(int, const struct sigaction *, struct sigaction *);

static int install_by_old_names(void) {
    sighandler_t (*const names[])(int, sighandler_t) = {signal,      ssignal,       bsd_signal,
                                                        sysv_signal, __sysv_signal, sigset};
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        if (names[i](SIGUSR2, handler) != SIG_DFL || !is_stood_before(SIGUSR2) ||
            names[i](SIGUSR2, SIG_DFL) != handler) {
            return 0;
        }
    }
    struct sigaction action = {.sa_handler = handler}, old;
    return __sigaction(SIGUSR2, &action, NULL) == 0 && is_stood_before(SIGUSR2) &&
           (action.sa_handler = SIG_DFL, __sigaction(SIGUSR2, &action, &old)) == 0 &&
           old.sa_handler == handler;
}

/* It resets, and holds. */
static int are_as_ever(void) {
    int before = hits;
    struct sigaction now;
    sysv_signal(SIGUSR2, handler);
    raise(SIGUSR2);
    if (hits != before + 1 || sigaction(SIGUSR2, NULL, &now) != 0 || now.sa_handler != SIG_DFL) {
        return 0;
    }
    if (sigset(SIGUSR2, handler) != SIG_DFL || sigset(SIGUSR2, SIG_HOLD) != handler) {
        return 0;
    }
    raise(SIGUSR2);
    if (hits != before + 1 || sigset(SIGUSR2, handler) != SIG_HOLD || hits != before + 2) {
        return 0;
    }
    return sigset(SIGUSR2, SIG_DFL) == handler && sigset(0, handler) == SIG_ERR;
}

/* To the process, to the thread: what they were sent with comes back. */
static int come_with_values(void) {
    sigset_t one;
    siginfo_t info;
    sigemptyset(&one);
    sigaddset(&one, SIGRTMIN);
    return pthread_sigmask(SIG_BLOCK, &one, NULL) == 0 &&
           sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 5}) == 0 &&
           sigwaitinfo(&one, &info) == SIGRTMIN && info.si_value.sival_int == 5 &&
           pthread_sigqueue(pthread_self(), SIGRTMIN, (union sigval){.sival_int = 6}) == 0 &&
           sigwaitinfo(&one, &info) == SIGRTMIN && info.si_value.sival_int == 6;
}

int main(void) {
    struct sigaction action, old;
    struct itimerval often = {{0, 100}, {0, 100}};
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    if (sigaction(SIGALRM, &action, NULL) != 0 || sigaction(SIGALRM, NULL, &old) != 0 ||
        old.sa_handler != handler || (old.sa_flags & SA_SIGINFO) != 0) {
        return 1;
    }
    if (signal(SIGUSR1, handler) != SIG_DFL || signal(SIGUSR1, SIG_IGN) != handler) {
        return 2;
    }
    if (!install_by_old_names() || !are_as_ever()) {
        return 5;
    }
    if (!come_with_values()) {
        return 6;
    }
    hits = 0;
    if (raise(SIGUSR1) != 0 || hits != 0 || setitimer(ITIMER_REAL, &often, NULL) != 0) {
        return 3;
    }
    while (hits < 300) {
        pthread_mutex_lock(&m);
        counter++;
        pthread_mutex_unlock(&m);
        free(malloc(10));
    }
    return touched >= 300 ? 0 : 4;
}
