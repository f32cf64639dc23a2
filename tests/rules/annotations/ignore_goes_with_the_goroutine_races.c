/* Rule    annotations.ignore-goes-with-the-goroutine  [raddle/detector.h]
 * Expect  race x
 * Why     the mark is not that of another goroutine, which runs in between.
 * Twin    ignore_goes_with_the_goroutine_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

#include <raddle/detector.h>

int x;

static void ignoring(void *unused) {
    rdl_ignore_begin();
    mark(1);
    await(2);
    mark(3);
    rdl_ignore_end();
    mark(4);
}

static void judged(void *unused) {
    await(1);
    x = 1;
    mark(2);
}

int main(void) {
    rdl_go(ignoring, NULL);
    rdl_go(judged, NULL);
    await(4);
    x = 3;
    return 0;
}
