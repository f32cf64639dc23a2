/* Rule    misuse.join_twice  [POSIX]
 * Expect  none
 * Why     each is joined once.
 * Twin    join_twice_wrong.c
 */
#include <pthread.h>

static void *task(void *unused) {
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    pthread_join(thread, NULL);
    pthread_create(&thread, NULL, task, NULL);
    pthread_join(thread, NULL);
    return 0;
}
