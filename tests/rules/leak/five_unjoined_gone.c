/* Rule    leak.five_unjoined  [D10]
 * Expect  none
 * Why     all were joined.
 * Twin    five_unjoined_left.c
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
        pthread_join(thread[i], NULL);
    }
    return 0;
}
