/* deadlock.h - is there a set of threads that only its own members could wake?
 *
 * Model    A wait-for graph of what is true at one moment: who waits for what (wait.h), and who holds it. From
 *          "all who wait are stuck" whoever could go on is taken away until nothing changes; what is left is
 *          stuck for ever (the greatest fixed point; [Coffman71] for locks, [Holt72] for the rest):
 *            for a lock       stuck if one who is stuck, or who has ended, holds it in a way that excludes
 *            to join          stuck if the thread is
 *            for anything else (condition, semaphore, barrier) stuck if no task can act: any other may
 *                             wake it as far as we know
 * Proof    1. Locks held are told after they are taken and before they are let go, waits before they begin and
 *             after they end: so every edge that is seen is there.
 *          2. All was copied between two equal turns of each member, and each member has slept in the system's
 *             futex since the copy (host.asleep): nobody was about to wake up.
 *          3. What a task took, another may have let go, or made anew: each lock that somebody sleeps at is asked
 *             who has it (host.holds).
 *          4. Stuck but for locks and joins: besides, the process has no other thread (host.has_threads), and no
 *             handler of a signal that may come: it could post, or end the process as it should.
 *          Nothing is concluded from time. Without 2, for instance when /proc is missing, nothing is reported.
 * Error side  cancellation can end a join, and a signal from outside, by its default action, the process: what only that would
 *          have ended is reported. What is not told (sleep, input, a futex of the program's own) counts
 *          as able to act, which can hide a deadlock.
 * Cost     A look at every task, made by a thread of the front-end's own, a moment after a thread has begun to
 *          wait for a lock while somebody waits who holds one, to join somebody who waits, or as the last one
 *          that could act.
 */
#ifndef RADDLE_DETECTOR_DEADLOCK_H
#define RADDLE_DETECTOR_DEADLOCK_H

#include "detector/core.h"

#endif
