/* Rule    deadlock.pointer_in_shut_memory  [D8]
 * Expect  none
 * Why     it lies in a page that nobody may read for the time being.
 * Twin    pointer_in_shut_memory_stuck.c
 */
#include "../detached.h"
#include "../told.h"

#include <sys/mman.h>

sem_t **page;

APART static void start(void) {
    *page = start_waiting_for_post();
    mprotect(page, 4096, PROT_NONE);
}

int main(void) {
    page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    start();
    await_times(0, 1);
    UNTOLD;
    if (mprotect(page, 4096, PROT_READ) == 0) {
        post_and_await(*page);
    }
}
