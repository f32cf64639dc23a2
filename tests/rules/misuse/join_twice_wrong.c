/* Rule    misuse.join_twice  [POSIX]
 * Expect  misuse main
 * Why     it was joined before: its name may be anybody's.
 * Twin    join_twice_right.c
 */
#include <pthread.h>

static void *task(void *unused) {
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    pthread_join(thread, NULL);
    pthread_join(thread, NULL);
    return 0;
}
