/* Rule    leak.sleeping_at_exit  [D10]
 * Expect  none
 * Listed  1 thread sleeping at exit
 * Why     who sleeps is only listed.
 * Twin    sleeping_at_exit_left.c
 */
#include "../asleep.h"

#include <pthread.h>
#include <unistd.h>

static void *task(void *ends) {
    while (ends == NULL) {
        sleep(1000);
    }
    return NULL;
}

int main(void) {
    pthread_t thread[2];
    pthread_create(&thread[0], NULL, task, NULL);
    pthread_create(&thread[1], NULL, task, thread);
    await_naps(1);
    pthread_join(thread[1], NULL);
    return 0;
}
