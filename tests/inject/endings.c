/* A race, and then the end that argv[1] asks for: a signal by its number, or to wait for ever. The
 * order of the two accesses goes through a pipe, read and written behind the detector's back. */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static int shared;
static int ends[2];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;

static void *wait_for_ever(void *unused) {
    shared++;
    syscall(SYS_write, ends[1], "x", 1);
    pthread_mutex_lock(&mutex);
    for (;;) {
        pthread_cond_wait(&never, &mutex);
    }
    return unused;
}

int main(int argc, char **argv) {
    pthread_t thread;
    char x;
    if (argc != 2 || pipe(ends) != 0 || pthread_create(&thread, NULL, wait_for_ever, NULL) != 0) {
        return 2;
    }
    syscall(SYS_read, ends[0], &x, 1);
    shared++;
    int signo = atoi(argv[1]);
    if (signo == SIGSEGV) {
        *(volatile int *)8 = 1;
    }
    struct sigaction seen;
    if (sigaction(signo, NULL, &seen) == 0 && seen.sa_handler != SIG_DFL) {
        return 3; /* the program would see what the detector does */
    }
    raise(signo);
    pthread_join(thread, NULL);
    return 0;
}
