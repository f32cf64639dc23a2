/* races.h - what lies between two steps: plain memory, by the order that C11 promises.
 *
 * Model   a clock per process and per atomic; acquire, release, release sequences (those of C++20:
 *         a later plain store ends them) and fences move them [Boehm08]. Two accesses of a byte,
 *         one of them a write, one of them not atomic, must be ordered by these clocks, although
 *         the executions themselves are sequentially consistent. Freeing is a write of every byte.
 * Also    no touch of freed memory; no touch of a dead frame on another task's stack.
 */
#ifndef MODEL_RACES_H
#define MODEL_RACES_H

#include "world.h"

void races_reset(void);
void races_add_process(const struct process *parent, const struct process *child);

void races_plain(const void *address, size_t bytes, bool is_write, uintptr_t pc);

/* An atomic access; order is the compiler's: __ATOMIC_RELAXED … */
void races_load(const void *address, size_t bytes, int order, uintptr_t pc);
void races_store(const void *address, size_t bytes, int order, uintptr_t pc);
void races_change(const void *address, size_t bytes, int order, uintptr_t pc);
void races_fence(int order);

/* An order that the replaced scheduler gives: from a ready to what is resumed. */
void races_publish(const void *key);
void races_receive(const void *key);

#endif
