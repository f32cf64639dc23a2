/* sync.h - mutex, rwmutex and waitgroup, for callers inside the runtime that know the user's pc.
 *
 * waits  of an unlock: the caller waits for a condition, so it parks right after it. Otherwise an
 *        unlock that hands a starving mutex over lets the new owner run at once, in the caller's place.
 */
#ifndef RDL__SYNC_H
#define RDL__SYNC_H

#include "runtime/task.h"

void rdl__mutex_lock(rdl_mutex *mu, struct task *self, uintptr_t pc);
void rdl__mutex_unlock(rdl_mutex *mu, struct task *self, bool waits, uintptr_t pc);

void rdl__rwmutex_lock(rdl_rwmutex *rw, struct task *self, uintptr_t pc);
void rdl__rwmutex_unlock(rdl_rwmutex *rw, struct task *self, bool waits, uintptr_t pc);
void rdl__rwmutex_rlock(rdl_rwmutex *rw, struct task *self, uintptr_t pc);
void rdl__rwmutex_runlock(rdl_rwmutex *rw, struct task *self, bool waits, uintptr_t pc);

void rdl__waitgroup_add(rdl_waitgroup *wg, struct task *self, int64_t n, uintptr_t pc);
void rdl__waitgroup_wait(rdl_waitgroup *wg, uintptr_t pc);
int64_t rdl__waitgroup_count(rdl_waitgroup *wg);

#endif
