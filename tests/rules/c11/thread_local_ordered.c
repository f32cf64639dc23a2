/* Rule    c11.thread_local  [HB-C11-01]
 * Expect  none
 * Why     each thread has its own.
 * Twin    thread_local_races.c
 */
#include <stddef.h>
#include <threads.h>

static _Thread_local int own;

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
