/* Rule    misuse.moved_while_locked  [MU-10]
 * Expect  none
 * Why     it is unlocked before its buffer is moved.
 * Twin    moved_while_locked_wrong.c
 */
#include <raddle.h>
#include <stdlib.h>
#include <string.h>

struct buffer {
    rdl_mutex mu;
    char bytes[64];
};

int main(void) {
    struct buffer *small = calloc(1, sizeof *small);
    struct buffer *large = calloc(2, sizeof *large);
    rdl_mutex_lock(&small->mu);
    rdl_mutex_unlock(&small->mu);
    memcpy(large, small, sizeof *small);
    (void)0;
    free(small);
    free(large);
    return 0;
}
