/* Rule    lockorder.ordered_by_condition  [D9]
 * Expect  none
 * Why     the thread waits for a signal that comes after.
 * Twin    ordered_by_condition_cycle.c
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
    hear();
    nest(&b, &a);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    nest(&a, &b);
    tell();
    return pthread_join(thread, NULL);
}
