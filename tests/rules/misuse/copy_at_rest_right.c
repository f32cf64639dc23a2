/* Rule    misuse.copy_at_rest  [MU-10, WG-06]
 * Expect  none
 * Why     what was used before, and is not in use, may be copied: the copy is an object of its own.
 * Twin    copy_at_rest_wrong.c
 */
#include <raddle.h>

struct all {
    rdl_mutex mu;
    rdl_rwmutex rw;
    rdl_waitgroup wg;
};

static void use(struct all *all) {
    rdl_mutex_lock(&all->mu);
    rdl_rwmutex_rlock(&all->rw);
    rdl_waitgroup_add(&all->wg, 1);
    rdl_waitgroup_done(&all->wg);
    rdl_rwmutex_runlock(&all->rw);
    rdl_mutex_unlock(&all->mu);
    rdl_waitgroup_wait(&all->wg);
}

struct all all;

int main(void) {
    use(&all);
    use(&all);
    struct all copies[3] = {all, all, all};
    for (int i = 0; i < 3; i++) {
        use(&copies[i]);
    }
    return 0;
}
