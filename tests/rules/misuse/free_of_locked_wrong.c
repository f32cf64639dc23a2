/* Rule    misuse.free_of_locked  [POSIX, C11]
 * Expect  misuse mutex
 * Why     it lies in the block, and is locked.
 * Twin    free_of_locked_right.c
 */
#include <pthread.h>
#include <stdlib.h>

struct item {
    int value;
    pthread_mutex_t m;
};

int main(void) {
    struct item *item = malloc(sizeof *item);
    pthread_mutex_init(&item->m, NULL);
    pthread_mutex_lock(&item->m);
    free(item);
    return 0;
}
