/* heap.h - which heap block does an address belong to, and where did the block come from?
 *
 * Kept     The latest life of every block start that was ever seen, freed ones too, for reports; a
 *          table that grows forgets the freed ones first, and a collection those whose start has been given
 *          out again within another block. Only a report looks for interior addresses.
 * Over     Memory whose last write is a free: nobody was given it since, or the record would be gone.
 * Nobody's Blocks of a runtime, or of programs whose accesses are not seen: task 0, site 0. Only who looks what
 *          can be reached (reach.h) needs them.
 * Lost     Some block is not here that should be. Then it is not known what can be reached.
 */
#ifndef RADDLE_DETECTOR_HEAP_H
#define RADDLE_DETECTOR_HEAP_H

#include "detector/marks.h"

#define HEAP_SHARDS 64u

struct heap_block {
    uintptr_t start; /* 0: free slot */
    size_t size;
    uint32_t site, task; /* of the allocation */
    uint32_t freed_site, freed_task;
    uint64_t freed_number; /* later frees have higher numbers; 0: live */
};

struct heap_state {
    struct heap_shard {
        struct spin lock;
        uint32_t n, room; /* room: power of two */
        struct heap_block *blocks;
    } shards[HEAP_SHARDS];
    uint64_t frees;
    bool lost;
};

/* Whether the memory at addr is over, and nobody wrote there since. Nobody else is in the core. */
DET_HIDDEN bool heap_is_over(uintptr_t addr);
/* Forgets freed blocks that are something else by now. Likewise. */
DET_HIDDEN void heap_forget(void);
/* Marks the tasks that blocks name. Nobody else is in the core. */
DET_HIDDEN void heap_mark_tasks(struct marks *needed);
/* As det_memory_forget, from within an event. */
DET_HIDDEN void memory_forget(uintptr_t addr, size_t size);
/* How many blocks are known, freed ones too. */
DET_HIDDEN uint32_t heap_count(void);
/* Shows each block, while all other threads are stopped; false: one of them was just changing something, or
 * blocks were lost. Takes no lock. */
DET_HIDDEN bool heap_each(void (*see)(const struct heap_block *block));
/* The block that holds addr, live ones first, then the one freed last; false: none known. */
DET_HIDDEN bool heap_find(uintptr_t addr, struct heap_block *found);

#endif
