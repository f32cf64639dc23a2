/* Rule    misuse.free_of_entered_condition  [POSIX]
 * Expect  misuse
 * Also    race leak
 * Why     the waiter has let its mutex go, so it waits, though perhaps it does not sleep yet; nobody has woken it.
 * Twin    free_of_entered_condition_right.c
 */
#include <pthread.h>
#include <stdlib.h>

struct box {
    pthread_mutex_t m;
    pthread_cond_t c;
    int inside;
};

void *waits(void *argument) {
    struct box *box = argument;
    pthread_mutex_lock(&box->m);
    box->inside = 1;
    pthread_cond_wait(&box->c, &box->m);
    return pthread_mutex_unlock(&box->m), NULL;
}

int main(void) {
    struct box *box = calloc(1, sizeof *box);
    pthread_t thread;
    pthread_create(&thread, NULL, waits, box);
    for (int is = 0; is == 0; pthread_mutex_unlock(&box->m)) {
        pthread_mutex_lock(&box->m);
        is = box->inside;
    }
    pthread_detach(thread);
    free(box);
    return 0;
}
