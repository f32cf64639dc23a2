/* fd.h - the descriptors that tasks use: who uses one, whose turn it is, when it may be closed.
 *
 * Model   one record for each number, found without a lock. An operation enters, tries what it
 *         wants without blocking, waits for the kernel as often as it must, and leaves. At most one
 *         operation reads and one writes at a time; others wait for their turn, so the bytes of two
 *         writes do not mix [IO-02]. Closing wakes all and waits until the last has left [IO-03].
 * Once    what ends a wait (the kernel, the deadline, rdl_close_fd) claims its task, as a case does
 *         that of a select: exactly one wins.
 * Number  may be closed by close(2) and opened again at any time. Nothing of a record is believed of
 *         the new one but hints, which prove wrong harmlessly.
 */
#ifndef RDL__FD_H
#define RDL__FD_H

#include "runtime/chan.h"

enum fd_side { FD_READ, FD_WRITE, FD_SIDES, FD_ANY = FD_SIDES /* takes no turn */ };

/* What a number was found to be; a hint. */
enum fd_kind {
    FD_UNKNOWN,
    FD_SOCKET,
    FD_STREAM, /* has no position: pipe, terminal, event counter */
    FD_FILE
};

struct rdl__fd {
    rdl__lock lock;
    uint32_t users;               /* lock: operations under way */
    bool closing;                 /* lock: nobody may enter */
    bool known;                   /* lock: to the kernel's list, a hint */
    bool busy[FD_SIDES];          /* lock: somebody has his turn */
    _Atomic uint8_t kind;         /* enum fd_kind; any recent value */
    struct waitq turns[FD_SIDES]; /* lock: for their turn, oldest first */
    struct waitq waits;           /* lock: for the kernel; `index` holds the events */
    _Atomic uint32_t n_waits;     /* of them, or about to be or no longer; written under lock */
    struct task *closer;          /* lock: waits until users == 0 */
};

/* One call of raddle.h under way. */
struct fd_use {
    struct task *self;
    int fd;
    enum fd_side side;
    int64_t deadline_ns; /* 0: none */
    uintptr_t pc;
    struct rdl__fd *record;
};

/* Takes a turn. 0, and then leave must follow; or -EBADF, -ETIMEDOUT, -ECANCELED. Blocks. */
int rdl__fd_enter(struct fd_use *use);
void rdl__fd_leave(struct fd_use *use);

/* Parks until the kernel reports one of the events of poll(2), or an error or hang-up: 0, perhaps
 * for no reason. Or -ETIMEDOUT, -ECANCELED; -EPERM: fd has no readiness. */
int rdl__fd_wait(struct fd_use *use, uint32_t events);

/* The kernel says that fd is ready: takes out the tasks that wait for that, appends them to the
 * list that ends at *end, linked by `next`, and returns its new end. */
struct task **rdl__fd_is_ready(int fd, uint32_t events, struct task **end);

/* rdl_close_fd. */
int rdl__fd_close(struct task *self, int fd, uintptr_t pc);

/* Whether a task of this process waits for this number: closing it by close(2) is a mistake then. A
 * forked child, which has a copy of the table, may. */
bool rdl__fd_is_awaited(int fd);

#endif
