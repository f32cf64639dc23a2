/* signal.h - signals that somebody wishes to hear of.
 *
 * Model     a handler only sets a bit and wakes the netpoller's sleeper. A worker, outside of any
 *           task, takes the bits and serves every watch of each signal, under one lock.
 * Disposal  the first watch of a signal installs our handler, the last puts back what was there. A
 *           signal that came too late for the last one is sent again, to that action [SG-02].
 */
#ifndef RDL__SIGNAL_H
#define RDL__SIGNAL_H

#include "runtime/rt.h"

/* One wish. Its owner keeps it until rdl__signal_unwatch has returned; fn and signo are his. fn is
 * called by a worker outside of any task, with the lock of signals held: it may wake tasks and take
 * locks ranked after RANK_SIGNAL; it must not park, allocate from the program's heap or call back
 * into this file. */
struct rdl__signal_watch {
    struct rdl__signal_watch *next;
    void (*fn)(struct rdl__signal_watch *w);
    int signo;
};

/* Whether a signal of that number can exist. */
bool rdl__signal_is_valid(int signo);

/* Comes before the first watch. False: no descriptor or no memory for that. */
bool rdl__signal_prepare(void);

/* From now on fn is called for each signal; while a watch exists nothing is a deadlock [DL-03]. */
void rdl__signal_watch(struct rdl__signal_watch *w);

/* After it has returned fn does not run and is not called again; what came before is served. */
void rdl__signal_unwatch(struct rdl__signal_watch *w);

/* Serves what has come. True if there was anything. */
bool rdl__signal_deliver(void);

/* Whether a signal could wake somebody. None can when all wishes are for channels at which nobody waits. n: of wishes,
 * and whatever else is waited for. No task runs. MAYBE: one is being delivered, which may have been the last thing to
 * happen, so that nobody else would ask again. */
enum signal_wakes { SIGNAL_WAKES_SOMEBODY, SIGNAL_WAKES_NOBODY, SIGNAL_WAKES_MAYBE };
enum signal_wakes rdl__signal_wakes(uint32_t n);

/* The address of the handler that all wishes share. */
uintptr_t rdl__signal_handler(void);

/* Whether signals are sent to ch, which its owner is about to free. */
bool rdl__signal_is_sent_to(const rdl_chan *ch);

#endif
