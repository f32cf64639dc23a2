/* Rule    deadlock.join_each_other  [D8]
 * Expect  deadlock
 * Why     each waits for the end of the next.
 * Twin    join_each_other_free.c
 */
#include "../invisible.h"

#include <pthread.h>

pthread_t thread[3];
int turn[3] = {0, 1, 2};

void *task(void *number) {
    int i = *(int *)number;
    await(0);
    if (i < 3) {
        pthread_join(thread[(i + 1) % 3], NULL);
    }
    mark(1);
    return NULL;
}

int main(void) {
    for (int i = 0; i < 3; i++) {
        pthread_create(&thread[i], NULL, task, &turn[i]);
    }
    mark(0);
    pthread_join(thread[0], NULL);
    return 0;
}
