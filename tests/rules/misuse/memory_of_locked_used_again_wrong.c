/* Rule    misuse.memory_of_locked_used_again  [MU-01]
 * Expect  misuse
 * Also    deadlock
 * Why     nothing is made anew: it is the copy of one that is in use.
 * Twin    memory_of_locked_used_again_right.c
 */
#include <raddle.h>
#include <stdlib.h>
#include <string.h>

struct node {
    rdl_mutex mu;
    rdl_rwmutex rw;
    rdl_waitgroup wg;
};

int main(void) {
    struct node *first = calloc(1, sizeof *first);
    for (int i = 0; i < 100; i++) {
        struct node *node = malloc(sizeof *node);
        *node = (struct node){0};
        rdl_mutex_lock(&node->mu);
        rdl_rwmutex_rlock(&node->rw);
        rdl_waitgroup_add(&node->wg, 1);
        memcpy(first, node, sizeof *node);
        rdl_mutex_lock(&first->mu);
        rdl_rwmutex_lock(&first->rw);
        rdl_waitgroup_add(&first->wg, 1);
        rdl_waitgroup_done(&first->wg);
        free(node);
    }
    free(first);
    return 0;
}
