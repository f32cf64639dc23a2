/* Rule    c11.thread-and-join  [HB-C11-01]
 * Expect  race x
 * Why     main writes before it joins.
 * Twin    thread_and_join_ordered.c
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
    x = 2;
    thrd_join(thread, &result);
    return result;
}
