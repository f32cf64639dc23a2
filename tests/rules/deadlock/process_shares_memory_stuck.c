/* Rule    deadlock.process_shares_memory  [D8]
 * Expect  deadlock
 * Why     a process of its own has a semaphore of its own.
 * Twin    process_shares_memory_free.c
 */
#include <linux/futex.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

sem_t posted;
char stack[65536];

/* By the system alone, for what libc and the detector keep of a thread is main's. */
__attribute__((no_sanitize("thread"))) static int post(void *unused) {
    struct timespec while_it_looks = {.tv_sec = 1};
    (void)unused;
    syscall(SYS_nanosleep, &while_it_looks, NULL);
    __atomic_fetch_add((unsigned long *)&posted, 1, __ATOMIC_SEQ_CST);
    syscall(SYS_futex, &posted, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
    syscall(SYS_exit, 0);
    return 0;
}

int main(void) {
    sem_init(&posted, 0, 0);
    clone(post, stack + sizeof stack, SIGCHLD, NULL);
    sem_wait(&posted);
}
