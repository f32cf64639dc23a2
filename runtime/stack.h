/* stack.h - where the stacks of goroutines lie.
 *
 * Model   address space is taken in big mappings and cut into strides of one size class; pages are
 *         committed as they are touched. So 10^6 goroutines need few mappings (the kernel allows
 *         65,530) and one page each.
 * Law     [guard | usable ... top), growing down; lo is the first byte of the guard. A touch of the
 *         guard is a SIGSEGV, except where the kernel could give none: there a canary at the
 *         lowest usable word is looked at whenever the task gives up the thread.
 * Reuse   a stack goes back to the pool of its class and stays warm, so that tasks that come and go
 *         cost no system call. What nobody needed for 100 ms, beyond 256 MiB of address space per
 *         class, the monitor makes cold: the pages go back to the system, all but one in 510.
 */
#ifndef RDL__STACK_H
#define RDL__STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STACK_GUARD_BYTES ((size_t)16 << 10)
#define STACK_MIN_BYTES   ((size_t)64 << 10)
#define STACK_CLASSES     24 /* STACK_MIN_BYTES << class */
#define STACK_COLOURS     16 /* tops are shifted by cache lines: stacks would share few sets */
#define STACK_LINE        64

struct stack {
    uintptr_t lo, hi; /* 0, 0: none */
    uint32_t class;   /* no padding: a copy of it would take along what lay on the stack */
    uint32_t guarded;
};

/* The class of the smallest stack with at least `bytes`; STACK_CLASSES when there is none. */
unsigned rdl__stack_class(size_t bytes);

/* false: the system has no more address space. */
bool rdl__stack_new(struct stack *s, unsigned class);
void rdl__stack_free(struct stack *s);

/* Gives back pages of stacks that nobody needed for a while, a few at a time. Returns when to call
 * it again, OS_FOREVER: not before more stacks were freed. One thread calls it: the monitor. */
int64_t rdl__stack_trim(int64_t now);

/* Where the first frame of a stack begins. */
static inline uintptr_t rdl__stack_top(uintptr_t hi) {
    return hi - (hi >> 18) % STACK_COLOURS * STACK_LINE;
}

/* True when addr lies in the guard of s: the stack overflowed. */
bool rdl__stack_is_overflow(const struct stack *s, uintptr_t addr);

/* False when an unguarded stack was overrun. */
bool rdl__stack_is_intact(const struct stack *s);

#endif
