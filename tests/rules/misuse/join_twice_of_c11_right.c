/* Rule    misuse.join_twice_of_c11  [C11 7.26.5.6]
 * Expect  none
 * Why     each is joined once.
 * Twin    join_twice_of_c11_wrong.c
 */
#include <threads.h>

static int task(void *unused) {
    return unused != NULL;
}

int main(void) {
    thrd_t thread;
    thrd_create(&thread, task, NULL);
    thrd_join(thread, NULL);
    thrd_create(&thread, task, NULL);
    thrd_join(thread, NULL);
    return 0;
}
