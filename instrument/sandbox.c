/* sandbox.c - a program that forbids itself system calls: those of ours that it does not make itself might
 * be its death from then on.
 *
 * What asks for a filter, or for what a filter needs, is heard before it is done. From then on we make calls
 * for memory, locks and output only: no collection of numbers (their fence is a system call of its own),
 * no tool is started that reports, and the findings file stays where it is. A filter that was inherited
 * allowed the exec that brought us here, and is taken for a generous one. The thread that looks for deadlocks is
 * waited for: a process whose last thread ends by a bare system call, as they do who allow themselves no other, has
 * the status of whichever thread was the last. Who allows itself to read, to write and to exit and no more has
 * not even memory: the detector does with what it has, and what it then cannot keep is counted as ever.
 * Error side: a signal that arrives inside the detector is sent again by a call that may be forbidden.
 * Zone: SYNC.
 */
#include "instrument/sandbox.h"

#include "instrument/real.h"
#include "instrument/sys.h"
#include "instrument/watch.h"

#include <linux/seccomp.h>
#include <stdarg.h>
#include <sys/prctl.h>

void sandbox_begins(bool is_strict) {
    __atomic_store_n(&front.sandboxed, true, __ATOMIC_RELAXED); /* only ever set */
    watch_gone();
    if (is_strict) {
        __atomic_store_n(&sys_is_shut, true, __ATOMIC_RELAXED);
    }
}

long sandbox_began(bool is_strict, long result) {
    if (is_strict && result != 0) {
        __atomic_store_n(&sys_is_shut, false, __ATOMIC_RELAXED);
    }
    return result;
}

INTERPOSE int prctl(int option, ...) {
    unsigned long words[4];
    va_list rest;
    va_start(rest, option);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        words[i] = va_arg(rest, unsigned long);
    }
    va_end(rest);
    bool is_strict = option == PR_SET_SECCOMP && words[0] == SECCOMP_MODE_STRICT;
    if (option == PR_SET_SECCOMP) {
        sandbox_begins(is_strict);
    } else if (option == PR_SET_PTRACER) {
        front.stops.named = (long)words[0]; /* stop.c names another for a moment */
    } else if (option == PR_SET_NO_NEW_PRIVS) {
        __atomic_store_n(&front.sandboxed, true, __ATOMIC_RELAXED);
    }
    return (int)sandbox_began(is_strict,
                              REAL_OF(prctl)(option, words[0], words[1], words[2], words[3]));
}
