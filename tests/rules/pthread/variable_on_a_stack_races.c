/* Rule    pthread.variable_on_a_stack  [HB-PT-01]
 * Expect  race stack
 * Why     the maker uses it meanwhile.
 * Twin    variable_on_a_stack_ordered.c
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
    x++;
    pthread_join(thread, NULL);
    return x == 0;
}
