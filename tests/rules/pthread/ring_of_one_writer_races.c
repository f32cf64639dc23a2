/* Rule    pthread.ring_of_one_writer  [HB-C11-02]
 * Expect  race slots
 * Why     it is stored relaxed.
 * Twin    ring_of_one_writer_ordered.c
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

enum { SLOTS = 4, ITEMS = 100 };
int slots[SLOTS], sum;
atomic_int written, taken;

static void *produce(void *unused) {
    for (int i = 0; i < ITEMS; i++) {
        while (i - atomic_load_explicit(&taken, memory_order_acquire) == SLOTS) {
            sched_yield();
        }
        slots[i % SLOTS] = i;
        atomic_store_explicit(&written, i + 1, memory_order_relaxed);
    }
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, produce, NULL);
    for (int i = 0; i < ITEMS; i++) {
        while (atomic_load_explicit(&written, memory_order_acquire) == i) {
            sched_yield();
        }
        sum += slots[i % SLOTS];
        atomic_store_explicit(&taken, i + 1, memory_order_release);
    }
    pthread_join(thread, NULL);
    return 0;
}
