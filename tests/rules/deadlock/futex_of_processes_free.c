/* Rule    deadlock.futex_of_processes  [D8]
 * Expect  none
 * Why     the child has the same page, and wakes who waits.
 * Twin    futex_of_processes_stuck.c
 */
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(void) {
    unsigned *word = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_SHARED, -1, 0);
    pid_t child = fork();
    if (child == 0) {
        struct timespec while_it_looks = {.tv_sec = 1};
        nanosleep(&while_it_looks, NULL);
        __atomic_store_n(word, 1, __ATOMIC_SEQ_CST);
        syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
        _exit(0);
    }
    while (__atomic_load_n(word, __ATOMIC_SEQ_CST) == 0) {
        syscall(SYS_futex, word, FUTEX_WAIT, 0, NULL, NULL, 0);
    }
    waitpid(child, NULL, 0);
}
