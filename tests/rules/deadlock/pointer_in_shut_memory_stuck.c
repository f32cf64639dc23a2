/* Rule    deadlock.pointer_in_shut_memory  [D8]
 * Expect  deadlock
 * Why     nobody has the semaphore any more.
 * Twin    pointer_in_shut_memory_free.c
 */
#include "../detached.h"
#include "../told.h"

#include <sys/mman.h>

sem_t **page;

APART static void start(void) {
    *page = start_waiting_for_post();
    munmap(page, 4096);
}

int main(void) {
    page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    start();
    await_times(0, 1);
    TOLD;
    if (mprotect(page, 4096, PROT_READ) == 0) {
        post_and_await(*page);
    }
}
