/* Rule    misuse.unlock_by_another_goroutine  [MU-03]
 * Expect  misuse lent
 * Also    deadlock
 * Why     the goroutine lets go what it got by value.
 * Twin    unlock_by_another_goroutine_right.c
 */
#include <raddle.h>

struct lent {
    rdl_mutex mu;
    rdl_rwmutex rw;
    rdl_waitgroup given_back;
};

static void give_back(void *arg) {
    struct lent *lent = arg;
    rdl_mutex_unlock(&lent->mu);
    rdl_rwmutex_unlock(&lent->rw);
    rdl_waitgroup_done(&lent->given_back);
}

struct lent lent;

int main(void) {
    for (int i = 0; i < 10; i++) {
        rdl_mutex_lock(&lent.mu);
        rdl_rwmutex_lock(&lent.rw);
        rdl_waitgroup_add(&lent.given_back, 1);
        rdl_go_copy(give_back, &lent, sizeof lent);
    }
    rdl_waitgroup_wait(&lent.given_back);
    return 0;
}
