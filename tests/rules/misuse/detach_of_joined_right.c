/* Rule    misuse.detach_of_joined  [POSIX]
 * Expect  none
 * Why     it is only joined.
 * Twin    detach_of_joined_wrong.c
 */
#include <pthread.h>

static void *task(void *unused) {
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    pthread_join(thread, NULL);
    return 0;
}
