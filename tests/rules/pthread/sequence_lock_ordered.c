/* Rule    pthread.sequence_lock  [HB-C11-04]
 * Expect  none
 * Why     data that are atomics may be read while they change.
 * Twin    sequence_lock_races.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <stdatomic.h>

atomic_int data[2];
atomic_uint sequence;

static void *write_both(void *unused) {
    await(0);
    for (int i = 0; i < 20; i++) {
        atomic_fetch_add(&sequence, 1);
        data[0] = i;
        data[1] = i;
        atomic_fetch_add(&sequence, 1);
    }
    return unused;
}

int main(void) {
    pthread_t thread;
    int one = 0, other = 0;
    pthread_create(&thread, NULL, write_both, NULL);
    for (int i = 0; i < 20; i++) {
        unsigned before;
        do {
            before = atomic_load(&sequence);
            one = data[0];
            other = data[1];
            mark(0); /* they were read before they were written */
        } while (before % 2 != 0 || before != atomic_load(&sequence));
    }
    pthread_join(thread, NULL);
    return one != other;
}
