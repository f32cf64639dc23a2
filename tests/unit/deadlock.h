/* deadlock.h - what the tests of the deadlock report share. */
#ifndef DEADLOCK_H
#define DEADLOCK_H

#include <criterion/criterion.h>

#include "test_runtime.h"

/* fn, in a child, ends in the report, with main waiting for `state`. */
static inline void expect_deadlock(void (*fn)(void), const char *state) {
    struct child c;
    char start[160];
    run_child(fn, &c);
    snprintf(start, sizeof(start),
             "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [%s]:\n", state);
    cr_assert(exited_with(&c, 2), "status %x: %s", (unsigned)c.status, c.text);
    cr_assert(begins_with(c.text, start), "%s", c.text);
}

static inline void lonely_receive(void) {
    rdl_recv(RDL_CHAN(int, 0), NULL);
}

static inline void wait_on(void *ch) {
    rdl_recv(ch, NULL);
}

#endif
