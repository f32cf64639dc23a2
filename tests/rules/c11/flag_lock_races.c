/* Rule    c11.flag_lock  [HB-C11-02]
 * Expect  race x
 * Why     clear is relaxed.
 * Twin    flag_lock_ordered.c
 */
#include <stdatomic.h>
#include <threads.h>

int x;
atomic_flag held = ATOMIC_FLAG_INIT;

static int a(void *unused) {
    (void)unused;
    for (int i = 0; i < 20; i++) {
        while (atomic_flag_test_and_set_explicit(&held, memory_order_acquire)) {
            thrd_yield();
        }
        x++;
        atomic_flag_clear_explicit(&held, memory_order_relaxed);
    }
    return 0;
}

int main(void) {
    thrd_t thread;
    thrd_create(&thread, a, NULL);
    a(NULL);
    thrd_join(thread, NULL);
    return 0;
}
