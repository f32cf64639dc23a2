/* sync.h - mutex, waitgroup and once, for callers inside the runtime that know the user's pc. */
#ifndef RDL__SYNC_H
#define RDL__SYNC_H

#include "runtime/task.h"

void rdl__mutex_lock(rdl_mutex *mu, struct task *self, uintptr_t pc);
void rdl__mutex_unlock(rdl_mutex *mu, struct task *self, uintptr_t pc);
void rdl__waitgroup_add(rdl_waitgroup *wg, struct task *self, int64_t n, uintptr_t pc);

#endif
