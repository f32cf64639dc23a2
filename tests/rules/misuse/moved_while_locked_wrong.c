/* Rule    misuse.moved_while_locked  [MU-10]
 * Expect  misuse mutex
 * Why     it is moved with its buffer while it is locked.
 * Twin    moved_while_locked_right.c
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
    (void)0;
    memcpy(large, small, sizeof *small);
    rdl_mutex_unlock(&large->mu);
    free(small);
    free(large);
    return 0;
}
