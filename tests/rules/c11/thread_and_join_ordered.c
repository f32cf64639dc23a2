/* Rule    c11.thread-and-join  [HB-C11-01]
 * Expect  none
 * Why     thrd_join is pthread_join.
 * Twin    thread_and_join_races.c
 */
#include <stddef.h>
#include <threads.h>

int x;

static int a(void *unused) {
    x = 1;
    return unused != NULL;
}

int main(void) {
    thrd_t thread;
    int result;
    thrd_create(&thread, a, NULL);
    thrd_join(thread, &result);
    x = 2;
    return result;
}
