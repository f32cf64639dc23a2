/* Rule    pthread.create-before-start  [HB-PT-01]
 * Expect  race x
 * Why     main goes on after pthread_create, and so does the thread.
 * Twin    create_before_start_ordered.c
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
    pthread_create(&thread, NULL, a, NULL);
    x = 1;
    pthread_join(thread, NULL);
    return 0;
}
