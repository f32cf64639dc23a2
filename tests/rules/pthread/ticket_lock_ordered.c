/* Rule    pthread.ticket_lock  [HB-C11-02]
 * Expect  none
 * Why     who leaves serves the next one with release.
 * Twin    ticket_lock_races.c
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

int x;
atomic_int next, serving;

static void *a(void *unused) {
    for (int i = 0; i < 20; i++) {
        int mine = atomic_fetch_add_explicit(&next, 1, memory_order_relaxed);
        while (atomic_load_explicit(&serving, memory_order_acquire) != mine) {
            sched_yield();
        }
        x++;
        atomic_store_explicit(&serving, mine + 1, memory_order_release);
    }
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, a, NULL);
    a(NULL);
    pthread_join(thread, NULL);
    return 0;
}
