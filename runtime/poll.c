/* poll.c - the epoll instance. */
#include "runtime/poll.h"

bool rdl__poll_is_awaited(void) {
    return false;
}

bool rdl__poll_run(struct worker *w, int64_t deadline_ns) {
    (void)w;
    (void)deadline_ns;
    return false;
}

void rdl__poll_interrupt(void) {
}
