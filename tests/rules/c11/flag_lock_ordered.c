/* Rule    c11.flag_lock  [HB-C11-02]
 * Expect  none
 * Why     a lock made of an atomic flag: clear releases, test and set acquires.
 * Twin    flag_lock_races.c
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
        atomic_flag_clear_explicit(&held, memory_order_release);
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
