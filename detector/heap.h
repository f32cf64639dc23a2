/* heap.h - which heap block does an address belong to, and where did the block come from?
 *
 * Kept     The latest life of every block start that was ever seen, freed ones too, for reports; a
 *          table that grows forgets the freed ones first, and a collection those whose start has been given
 *          out again within another block. Only a report looks for interior addresses.
 * Over     Memory whose last write is a free: nobody was given it since, or the record would be gone.
 */
#ifndef RADDLE_DETECTOR_HEAP_H
#define RADDLE_DETECTOR_HEAP_H

#include "detector/marks.h"

#define HEAP_SHARDS 64u

struct heap_block {
    uintptr_t start; /* 0: free slot */
    size_t size;
    uint32_t site, task;             /* of the allocation */
    uint32_t freed_site, freed_task; /* freed_task 0: live */
    uint64_t freed_number;           /* later frees have higher numbers */
};

struct heap_state {
    struct heap_shard {
        struct spin lock;
        uint32_t n, room; /* room: power of two */
        struct heap_block *blocks;
    } shards[HEAP_SHARDS];
    uint64_t frees;
};

/* Whether the memory at addr is over, and nobody wrote there since. Nobody else is in the core. */
DET_HIDDEN bool heap_is_over(uintptr_t addr);
/* Forgets freed blocks that are something else by now. Likewise. */
DET_HIDDEN void heap_forget(void);
/* Marks the tasks that blocks name. Nobody else is in the core. */
DET_HIDDEN void heap_mark_tasks(struct marks *needed);
/* As det_memory_forget, from within an event. */
DET_HIDDEN void memory_forget(uintptr_t addr, size_t size);
/* The block that holds addr, live ones first, then the one freed last; false: none known. */
DET_HIDDEN bool heap_find(uintptr_t addr, struct heap_block *found);

#endif
