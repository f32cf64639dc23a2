/* Rule    pthread.key_destructor  [HB-PT-07]
 * Expect  none
 * Why     what a key's destructor did happens before the join.
 * Twin    key_destructor_races.c
 */
#include "../invisible.h"

#include <pthread.h>

int x;
pthread_key_t key;

static void destroy(void *value) {
    *(int *)value = 2;
    mark(0);
}

static void *a(void *unused) {
    pthread_setspecific(key, &x);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_key_create(&key, destroy);
    pthread_create(&thread, NULL, a, NULL);
    await(0);
    pthread_join(thread, NULL);
    x++;
    pthread_key_delete(key);
    return 0;
}
