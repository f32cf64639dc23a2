/* step.h - one event of a trace, as a struct and as a line of text.
 *
 * A trace names everything by small numbers: tasks by the order in which traces mention them, program
 * memory by offsets, synchronisation objects by keys. both.c maps them to the core's world. README.md
 * has the text format.
 */
#ifndef RADDLE_TESTS_STEP_H
#define RADDLE_TESTS_STEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define TRACE_TASKS 1024u
#define TRACE_BYTES (256u << 10) /* program memory of a trace */
#define TRACE_KEYS  4096u
#define TRACE_LOCKS 24u /* keys that can be held as locks */
/* Locks that are memory: every 16 bytes of the area is one, no C11 atomic begins there. */
#define TRACE_LOCK_AREA  (TRACE_BYTES / 2 - 128)
#define TRACE_LOCK_WORDS 8u

enum step_kind {
    STEP_GO, /* task starts task `where` */
    STEP_READ,
    STEP_WRITE,
    STEP_ATOMIC_READ, /* an access alone, without an edge */
    STEP_ATOMIC_WRITE,
    STEP_ACQUIRE, /* where: key */
    STEP_RELEASE,
    STEP_MERGE,
    STEP_SWAP,
    STEP_LOAD, /* C11 operations on the atomic at `where` */
    STEP_STORE,
    STEP_RMW,
    STEP_CAS_FAILED,
    STEP_FENCE,
    STEP_NEW, /* where, size: a block is born */
    STEP_FREE,
    STEP_LOCK, /* no edge; where: key, order: enum ev_lock_mode bits */
    STEP_UNLOCK,
    STEP_ADOPT,   /* task itself appears, without a parent */
    STEP_BEGIN,   /* task runs on the stack [where, where + size), whose history is forgotten */
    STEP_END,     /* task is over */
    STEP_FORGET,  /* [where, where + size) is mapped anew */
    STEP_DESTROY, /* the objects with keys [where, where + size) are */
    STEP_FORK,    /* the process is a child now, with this task alone */
    STEP_CALL,    /* task enters a function, or (order odd) leaves one */
    STEP_TAKE,    /* access to, acquire and hold the lock at `where`; order: mode */
    STEP_LEAVE,
    STEP_MEET, /* with task `where` */
    STEP_KINDS
};

struct step {
    uint8_t kind;
    uint8_t order; /* enum ev_order, or lock mode */
    int8_t expect; /* of a committed trace: 1 race, 0 none, -1 not said */
    uint16_t task;
    uint32_t where;
    uint32_t size;
    uint32_t pc; /* given by whoever runs the trace */
};

/* Whether the step touches program memory as an access of its task. */
bool step_accesses(const struct step *s);
bool step_is_atomic(const struct step *s); /* a C11 operation */
bool step_has_order(const struct step *s);
/* Whether `where` is an offset of program memory; else it is a key, a task or nothing. */
bool step_is_about_memory(const struct step *s);

void step_print(FILE *to, const struct step *s);
bool step_parse(const char *line, struct step *s);

#endif
