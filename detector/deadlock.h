/* deadlock.h - is there a set of tasks that only its own members could wake?
 *
 * Model    A wait-for graph of what is true at one moment (wait_graph.h): who waits for what, and who holds it. From
 *          "all who wait are stuck" whoever could go on is taken away until nothing changes; what is left is
 *          stuck for ever (the greatest fixed point; [Coffman71] for locks, [Holt72] for the rest):
 *            for a lock       stuck if one who is stuck, or who has ended, holds it in a way that excludes; or, of a
 *                             mutex of the system, if that says that the waiter has it, whoever saw how
 *            to join          stuck if the thread is
 *            for a condition  stuck, too, if one who is, or who has ended, holds the mutex: without that nobody comes back,
 *                             signalled or not, in time or cancelled
 *            for a once       stuck if who runs its routine is: nobody else can complete it (once.h)
 *            for nothing      (a nil channel, a select without cases) always; main, a daemon and a select without
 *                             cases, which may be meant so, are told only if somebody waits for them
 *            for anything else (condition, semaphore, barrier, channel) stuck if no task can act: any other
 *                             may wake it as far as we know
 * Go locks A Go mutex has no owner [MU-03]: anybody may let it go, a reader's share too, and programs use that, as a
 *          signal. So who waits for one is stuck if no task can act, whoever has it. While others can act, only if
 *          tasks wait for each other's locks in a circle: each for one that the next has taken, as a whole or
 *          a share, and that never was let go by another than had taken it. (A program that does so for the first
 *          time, with two locks that their takers wait for crosswise, would be told wrongly.) Who waits for what it has
 *          taken itself as a whole is a circle when a runtime says that all its tasks are asleep: before, another may be
 *          about to let that go.
 * Proof    1. Locks held are told after they are taken and before they are let go, waits before they begin and
 *             after they end: so every edge that is seen is there.
 *          2. All was copied between two equal turns of each member, and each member has slept in the system's
 *             futex since the copy (host.asleep): nobody was about to wake up.
 *          3. What a task took, another may have let go, or made anew: each lock that somebody sleeps at is asked
 *             who has it (host.holds).
 *          4. Stuck but for locks and joins: besides, the process has no other thread (host.has_threads), a
 *             runtime's own have nothing to run and wait for nothing from outside, and there is no
 *             handler of a signal that may come: it could post, or end the process as it should.
 *          Of tasks that a runtime has parked 2 and 3 are not needed for locks: who holds one is told before it can
 *          be let go (sync.h, Holder), whether the waiter sleeps or is about to look again. For the
 *          rest a runtime that has nothing to run has readied none of them.
 * Spin     Who turns at a spin lock does not sleep, and the lock does not say who has it: as with a Go mutex the
 *          claim is proof enough; only for one that was seen made for this process alone. Likewise of a once, which
 *          says that somebody runs it: a claim begins and ends within the real run. Of OpenMP's locks, who sleeps at the
 *          lock's word, which says that somebody has it.
 * End      When exit has begun, a deadlock is what keeps the process from ending: who runs its handlers and
 *          destructors is stuck, with those he waits for. Whoever else waits then is left over (leaks.c).
 * Alone    A runtime whose threads are all there are tells itself when nothing can run [DL-01].
 *          Nothing is concluded from time. Without 2, for instance when /proc is missing, nothing is reported.
 * Error side  cancellation can end a join, and a signal from outside, by its default action, the process: what only that would
 *          have ended is reported. What is not told (sleep, input, a futex that is not asked for by
 *          syscall(2)) counts as able to act, which can hide a deadlock.
 * Cost     A look at every task, made by a thread of the front-end's own, a moment after a thread has begun to
 *          wait for a lock while somebody waits who holds one, to join somebody who waits, for nothing, or as the
 *          last one that could act.
 */
#ifndef RADDLE_DETECTOR_DEADLOCK_H
#define RADDLE_DETECTOR_DEADLOCK_H

#include "detector/core.h"

#endif
