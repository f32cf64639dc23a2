/* Rule    leak.five_unjoined  [D10]
 * Expect  leak 5
 * Why     all were made at one place.
 * Twin    five_unjoined_gone.c
 */
#include "../ended.h"

#include <pthread.h>

void *task(void *unused) {
    return unused;
}

int main(void) {
    pthread_t thread[5];
    for (int i = 0; i < 5; i++) {
        pthread_create(&thread[i], NULL, task, NULL);
    }
    for (int i = 0; i < 5; i++) {
        await_threads(1);
    }
    return 0;
}
