/* Rule    pthread.stack-of-an-ended-thread  [HB-M-06]
 * Expect  race
 * Why     main writes to what was a local variable of A.
 * Twin    stack_of_an_ended_thread_ordered.c
 */
#include "../invisible.h"
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

static long tid;

INVISIBLE void await_end(void) {
    await(1);
    while (syscall(SYS_tgkill, getpid(), tid, 0) == 0) {
        sched_yield();
    }
}

static void *run(void *again) {
    int local;
    if (again == NULL) {
        tid = syscall(SYS_gettid);
        give(&local);
    }
    *(int *)take() = 1;
    mark(1);
    return take() == &local ? again : NULL;
}

int main(void) {
    pthread_t a, b;
    void *same = &tid;
    pthread_create(&a, NULL, run, NULL);
    pthread_detach(a);
    await_end();
    *(int *)take() = 2;
    pthread_create(&b, NULL, run, same);
    return pthread_join(b, &same) != 0 || same == NULL;
}
