/* Rule    lockorder.many_of_a_kind  [D9]
 * Expect  none
 * Why     all take them by their addresses.
 * Twin    many_of_a_kind_cycle.c
 */
#include "../invisible.h"
#include "../nest.h"

enum { LOCKS = 30 };
pthread_mutex_t locks[LOCKS];

void nest_all(int up) {
    for (int i = 0; i < LOCKS; i++) {
        for (int j = i + 1; j < LOCKS; j++) {
            nest(&locks[up ? i : j], &locks[up ? j : i]);
        }
    }
}

void *task(void *unused) {
    await(0);
    nest_all(1);
    return NULL;
}

int main(void) {
    pthread_t thread;
    for (int i = 0; i < LOCKS; i++) {
        pthread_mutex_init(&locks[i], NULL);
    }
    pthread_create(&thread, NULL, task, NULL);
    nest_all(1);
    mark(0);
    return pthread_join(thread, NULL);
}
