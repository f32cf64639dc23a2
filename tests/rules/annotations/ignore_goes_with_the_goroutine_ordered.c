/* Rule    annotations.ignore-goes-with-the-goroutine  [raddle/detector.h]
 * Expect  none
 * Why     the mark is still there when the goroutine that made it goes on.
 * Twin    ignore_goes_with_the_goroutine_races.c
 */
#include "raddle.h"

#include "../invisible.h"

#include <raddle/detector.h>

int x;

static void ignoring(void *unused) {
    rdl_ignore_begin();
    mark(1);
    await(2);
    x = 2;
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
    mark(3);
    return 0;
}
