/* memory.h - the memory that processes share: blocks, and the stacks they run on.
 *
 * Law  in one execution no block is used twice, so that every touch after its end is seen; each
 *      process has the stack of its number.
 */
#ifndef MODEL_MEMORY_H
#define MODEL_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

void memory_reset(void);

void *memory_new(size_t bytes);
void memory_free(void *block);

/* The bytes of the block at exactly this address. */
size_t memory_block_bytes(const void *block);

/* Whether the address lies in a block that was freed, or in none. */
bool memory_is_freed(const void *address);

void *memory_stack_top(unsigned process);

/* The process whose stack the address lies on, -1: none. */
int memory_stack_of(const void *address);

#endif
