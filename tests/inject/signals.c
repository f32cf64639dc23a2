/* A handler that interrupts everything: no event of it may be lost, and sigaction tells the truth. */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

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
