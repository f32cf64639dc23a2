/* Rule    misuse.goroutine_unlocks_unlocked  [TX-07]
 * Expect  misuse unlocked
 * Why     nobody holds it.
 * Twin    goroutine_unlocks_unlocked_right.c
 */
#include <raddle.h>

rdl_mutex m;

static void task(void *wg) {
    rdl_mutex_unlock(&m);
    rdl_waitgroup_done(wg);
}

int main(void) {
    rdl_waitgroup wg = {0};
    rdl_waitgroup_add(&wg, 1);
    rdl_go(task, &wg);
    rdl_waitgroup_wait(&wg);
    return 0;
}
