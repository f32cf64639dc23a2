/* Rule    misuse.detach_of_joined  [POSIX]
 * Expect  misuse main
 * Why     it was joined before: its name may be anybody's.
 * Twin    detach_of_joined_right.c
 */
#include <pthread.h>

static void *task(void *unused) {
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    pthread_join(thread, NULL);
    pthread_detach(thread);
    return 0;
}
