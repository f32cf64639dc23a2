/* Rule    misuse.join_twice_of_c11  [C11 7.26.5.6]
 * Expect  misuse main
 * Why     it was joined before: its name may be anybody's.
 * Twin    join_twice_of_c11_right.c
 */
#include <threads.h>

static int task(void *unused) {
    return unused != NULL;
}

int main(void) {
    thrd_t thread;
    thrd_create(&thread, task, NULL);
    thrd_join(thread, NULL);
    thrd_join(thread, NULL);
    return 0;
}
