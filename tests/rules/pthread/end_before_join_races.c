/* Rule    pthread.end-before-join  [HB-PT-01]
 * Expect  race x
 * Why     main writes before it joins.
 * Twin    end_before_join_ordered.c
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
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
