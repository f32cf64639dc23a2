/* Rule    c11.once  [HB-ON-01]
 * Expect  none
 * Why     the routine's end happens before every return of call_once.
 * Twin    once_races.c
 */
#include <threads.h>

int x;
once_flag flag = ONCE_FLAG_INIT;

static void routine(void) {
    x = 1;
}

static int a(void *unused) {
    (void)unused;
    call_once(&flag, routine);
    return x;
}

int main(void) {
    thrd_t thread;
    thrd_create(&thread, a, NULL);
    a(NULL);
    thrd_join(thread, NULL);
    return 0;
}
