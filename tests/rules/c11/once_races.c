/* Rule    c11.once  [HB-ON-01]
 * Expect  race x
 * Why     the write is no part of it.
 * Twin    once_ordered.c
 */
#include <threads.h>

int x;
once_flag flag = ONCE_FLAG_INIT;

static void routine(void) {
}

static int a(void *unused) {
    (void)unused;
    call_once(&flag, routine);
    x = 1;
    return x;
}

int main(void) {
    thrd_t thread;
    thrd_create(&thread, a, NULL);
    a(NULL);
    thrd_join(thread, NULL);
    return 0;
}
