/* Rule    deadlock.once_of_a_goroutine_in_itself  [D8]
 * Expect  none
 * Why     the function asks another once.
 * Twin    once_of_a_goroutine_in_itself_stuck.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../parked.h"

rdl_once once, other;

static void nothing(void *unused) {
}

static void again(void *unused) {
    rdl_once_do(&other, nothing, NULL);
}

static void task(void *unused) {
    rdl_once_do(&once, again, NULL);
    mark(1);
}

int main(void) {
    rdl_go(task, NULL);
    await_over_or_parked(1, 1, "sync.Mutex.Lock");
    return 0;
}
