/* Rule    lockorder.ordered_by_condition  [D9]
 * Expect  lock-order
 * Why     what orders the two is luck.
 * Twin    ordered_by_condition_safe.c
 */
#include "../invisible.h"
#include "../nest.h"

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t c = PTHREAD_COND_INITIALIZER;
int flag;

void hear(void) {
    pthread_mutex_lock(&m);
    while (!flag) {
        pthread_cond_wait(&c, &m);
    }
    pthread_mutex_unlock(&m);
}

void tell(void) {
    pthread_mutex_lock(&m);
    flag = 1;
    pthread_cond_signal(&c);
    pthread_mutex_unlock(&m);
}

void *task(void *unused) {
    await(0);
    nest(&b, &a);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    nest(&a, &b);
    mark(0);
    return pthread_join(thread, NULL);
}
