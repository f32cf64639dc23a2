/* Rule    c11.thread_local  [HB-C11-01]
 * Expect  race own
 * Why     there is one.
 * Twin    thread_local_ordered.c
 */
#include <stddef.h>
#include <threads.h>

static int own;

static int a(void *unused) {
    (void)unused;
    own++;
    return 0;
}

int main(void) {
    thrd_t thread;
    thrd_create(&thread, a, NULL);
    a(NULL);
    thrd_join(thread, NULL);
    return 0;
}
