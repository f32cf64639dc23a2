/* Rule    pthread.variable_on_a_stack  [HB-PT-01]
 * Expect  none
 * Why     a thread is lent a variable of its maker's stack until it is joined.
 * Twin    variable_on_a_stack_races.c
 */
#include <pthread.h>

static void *a(void *mine) {
    *(int *)mine = 1;
    return NULL;
}

int main(void) {
    pthread_t thread;
    int x = 0;
    pthread_create(&thread, NULL, a, &x);
    pthread_join(thread, NULL);
    x++;
    return x == 0;
}
