/* sync_word.h - the first word of a mutex, waitgroup or once, and the queue of tasks behind it.
 *
 * Users embed these objects, and may free them as soon as a call has returned that proves the last
 * user done. So the peer's last touch must be the very store that lets the other side go on: the
 * lock over the queue is a bit of the same word as the state it protects, and both change in one
 * store [API "Lifetime"].
 *
 * Law  while WORD_QUEUE is set, its holder alone changes the word, but for WORD_WANTED.
 */
#ifndef RDL__SYNC_WORD_H
#define RDL__SYNC_WORD_H

#include "runtime/chan.h"

enum sync_word {
    WORD_QUEUE = 1,  /* somebody is working on the queue */
    WORD_WANTED = 2, /* somebody sleeps until WORD_QUEUE is clear */
    WORD_FIRST_FREE = 4
};

/* The word of an object of raddle.h as the atomic it is. */
static inline _Atomic uint32_t *rdl__word(uint32_t *field) {
    return (_Atomic uint32_t *)field;
}

/* Takes WORD_QUEUE once (word & need) == need and (word & refuse) == 0; false when that does not
 * hold (any more). *seen: the word as it was, without WORD_QUEUE and WORD_WANTED. */
bool rdl__word_lock_if(_Atomic uint32_t *word, uint32_t need, uint32_t refuse, uint32_t *seen);

/* Stores the new state and gives WORD_QUEUE up, in one step. The word is not touched after it. */
void rdl__word_unlock(_Atomic uint32_t *word, uint32_t state);

/* The queue: *last is the newest waiter, its `next` the oldest; guarded by WORD_QUEUE. */
void rdl__word_push(void **last, struct waiter *w, bool in_front);
struct waiter *rdl__word_pop(void **last);

/* Parks with the queue held: the lock is given up, with the state, once the task is off its stack. */
void rdl__word_park(struct task *self, _Atomic uint32_t *word, uint32_t state);

#endif
