/* memory.c - blocks one after the other in one piece, stacks in another. */
#include "memory.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "world.h"

#define ARENA_BYTES ((size_t)64 << 10)
#define BLOCKS_MAX  64
#define STACK_BYTES ((size_t)64 << 10)
#define ROUND       16

struct block {
    size_t at, bytes;
    bool freed;
};

static _Alignas(64) unsigned char arena[ARENA_BYTES];
static struct block blocks[BLOCKS_MAX];
static unsigned n_blocks;
static size_t used;
static unsigned char *stacks;

void memory_reset(void) {
    n_blocks = 0;
    used = 0;
    if (stacks == NULL) {
        stacks = mmap(NULL, PROCS_MAX * STACK_BYTES, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    }
}

void *memory_new(size_t bytes) {
    if (n_blocks == BLOCKS_MAX || used + bytes + 2 * ROUND > ARENA_BYTES) {
        world_fail("the model's memory is used up");
    }
    void *block = arena + used;
    blocks[n_blocks++] = (struct block){.at = used, .bytes = bytes};
    memset(block, 0xa5, bytes);
    used += (bytes + 2 * ROUND - 1) / ROUND * ROUND; /* and a gap */
    return block;
}

static struct block *find(const void *address) {
    size_t at = (size_t)((const unsigned char *)address - arena);
    for (unsigned i = 0; i < n_blocks; i++) {
        if (at >= blocks[i].at && at < blocks[i].at + blocks[i].bytes) {
            return &blocks[i];
        }
    }
    return NULL;
}

void memory_free(void *block) {
    struct block *b = find(block);
    if (b == NULL || b->freed) {
        world_fail("free of what is no block");
    }
    b->freed = true;
}

size_t memory_block_bytes(const void *block) {
    const struct block *b = find(block);
    return b == NULL ? 0 : b->bytes;
}

bool memory_is_freed(const void *address) {
    const unsigned char *at = address;
    if (at < arena || at >= arena + ARENA_BYTES) {
        return false;
    }
    const struct block *b = find(address);
    return b == NULL || b->freed;
}

void *memory_stack_top(unsigned process) {
    return stacks + (process + 1) * STACK_BYTES;
}

int memory_stack_of(const void *address) {
    const unsigned char *at = address;
    if (at < stacks || at >= stacks + PROCS_MAX * STACK_BYTES) {
        return -1;
    }
    return (int)((size_t)(at - stacks) / STACK_BYTES);
}
