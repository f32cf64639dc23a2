/* sandbox.c - a program that forbids itself system calls: those of ours that it does not make itself might
 * be its death from then on.
 *
 * What asks for a filter, or for what a filter needs, is heard before it is done. From then on we make calls
 * for memory, locks and output only: no collection of numbers (their fence is a system call of its own),
 * no tool is started that reports, and the findings file stays where it is. A filter that was inherited
 * allowed the exec that brought us here, and is taken for a generous one.
 * Error side: a signal that arrives inside the detector is sent again by a call that may be forbidden.
 * Zone: SYNC.
 */
#include "instrument/front.h"
#include "instrument/real.h"

#include <stdarg.h>
#include <sys/prctl.h>

INTERPOSE int prctl(int option, ...) {
    unsigned long words[4];
    va_list rest;
    va_start(rest, option);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        words[i] = va_arg(rest, unsigned long);
    }
    va_end(rest);
    if (option == PR_SET_SECCOMP || option == PR_SET_NO_NEW_PRIVS) {
        __atomic_store_n(&front.sandboxed, true, __ATOMIC_RELAXED); /* only ever set */
    }
    return REAL_OF(prctl)(option, words[0], words[1], words[2], words[3]);
}
