/* Rule    misuse.unmap_of_locked  [POSIX, C11]
 * Expect  none
 * Why     it was let go.
 * Twin    unmap_of_locked_wrong.c
 */
#include <pthread.h>
#include <stddef.h>
#include <sys/mman.h>

int main(void) {
    pthread_mutex_t *m =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    pthread_mutex_init(m, NULL);
    pthread_mutex_lock(m);
    pthread_mutex_unlock(m);
    return munmap(m, 4096);
}
