/* Rule    pthread.create-before-start  [HB-PT-01]
 * Expect  none
 * Why     what main did before pthread_create happens before the thread's first step.
 * Twin    create_before_start_races.c
 */
#include <pthread.h>
#include <stddef.h>

int x;

static void *a(void *unused) {
    x = 2;
    return unused;
}

int main(void) {
    pthread_t thread;
    x = 1;
    pthread_create(&thread, NULL, a, NULL);
    pthread_join(thread, NULL);
    return 0;
}
