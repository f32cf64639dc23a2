/* Rule    misuse.free_of_locked  [POSIX, C11]
 * Expect  none
 * Why     it was let go.
 * Twin    free_of_locked_wrong.c
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
    pthread_mutex_unlock(&item->m);
    free(item);
    return 0;
}
