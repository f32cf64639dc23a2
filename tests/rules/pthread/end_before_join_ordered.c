/* Rule    pthread.end-before-join  [HB-PT-01]
 * Expect  none
 * Why     the thread's end happens before the return of the join.
 * Twin    end_before_join_races.c
 */
#include <pthread.h>
#include <stddef.h>

int x;

static void *a(void *unused) {
    x = 1;
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, a, NULL);
    pthread_join(thread, NULL);
    x = 2;
    return 0;
}
