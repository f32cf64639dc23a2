/* sync_word.h - the word of a mutex, rwmutex, waitgroup, once, cond or semaphore, and the queues of
 * tasks behind it.
 *
 * Users embed these objects, and may free them as soon as a call has returned that proves the last
 * user done. So the peer's last touch must be the very store that lets the other side go on: the
 * lock over the queues is a bit of the same word as the state it protects, and both change in one
 * store [API "Lifetime"]. 64 bits, so that a count fits beside the flags and the everyday calls are
 * one atomic operation.
 *
 * Law  while WORD_QUEUE is set, its holder alone changes the word, but for WORD_WANTED.
 */
#ifndef RDL__SYNC_WORD_H
#define RDL__SYNC_WORD_H

#include "runtime/chan.h"

/* Macros, not an enum: each object combines them with flags of its own. */
#define WORD_QUEUE      ((uint64_t)1) /* somebody is working on the queue */
#define WORD_WANTED     ((uint64_t)2) /* somebody sleeps until WORD_QUEUE is clear */
#define WORD_FIRST_FREE 4

/* The word of an object of raddle.h as the atomic it is. */
static inline _Atomic uint64_t *rdl__word(uint64_t *field) {
    return (_Atomic uint64_t *)field;
}

/* Takes WORD_QUEUE once (word & need) == need and (word & refuse) == 0; false when that does not
 * hold (any more). *seen: the word as it was, without WORD_QUEUE and WORD_WANTED. */
bool rdl__word_lock_if(_Atomic uint64_t *word, uint64_t need, uint64_t refuse, uint64_t *seen);

/* The same without conditions. Returns the word as it was. */
uint64_t rdl__word_lock(_Atomic uint64_t *word);

/* Stores the new state and gives WORD_QUEUE up, in one step. The word is not touched after it. */
void rdl__word_unlock(_Atomic uint64_t *word, uint64_t state);

/* A queue: *last is the newest waiter, its `next` the oldest; guarded by WORD_QUEUE. */
void rdl__word_push(void **last, struct waiter *w, bool in_front);
struct waiter *rdl__word_pop(void **last);
struct waiter *rdl__word_first(void *last); /* the oldest, NULL if there is none */
void rdl__word_remove(void **last, struct waiter *w);

/* Takes all waiters out, as a list of tasks for rdl__sched_ready_all; each of them acquires key
 * first (NULL: no edge). Their number goes to *n. */
struct task *rdl__word_take_all(void **last, const void *key, uint64_t *n);

/* Whether waiting a moment without parking may pay: the owner may run on another CPU, and nobody
 * else wants this one [MU-08]. */
bool rdl__word_may_spin(void);
void rdl__word_spin(void);

/* Parks with the queue held: the lock is given up, with the state, once the task is off its stack. */
void rdl__word_park(struct task *self, _Atomic uint64_t *word, uint64_t state);

#endif
