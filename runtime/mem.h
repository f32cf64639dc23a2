/* mem.h - memory from the program's heap, unseen by the detector.
 *
 * Blocks that users hold (channels, copies of arguments) come from malloc, so that heap tools count
 * them; but what a detector should know of them, their owner tells it.
 */
#ifndef RDL__MEM_H
#define RDL__MEM_H

#include "runtime/task.h"

/* Fatal when there is none. Not zeroed. */
void *rdl__mem_new(struct task *self, size_t bytes, uintptr_t pc);
void rdl__mem_free(struct task *self, void *block);

/* Any number of bytes, in words as far as they go. */
void rdl__mem_copy_any(void *to, const void *from, size_t bytes);

/* Copies an element; the ranges do not overlap. The sizes of most go without a call. */
static inline void rdl__mem_copy(void *to, const void *from, size_t bytes) {
    if (bytes == 8) {
        uint64_t word;
        __builtin_memcpy(&word, from, sizeof(word));
        __builtin_memcpy(to, &word, sizeof(word));
    } else if (bytes == 4) {
        uint32_t word;
        __builtin_memcpy(&word, from, sizeof(word));
        __builtin_memcpy(to, &word, sizeof(word));
    } else {
        rdl__mem_copy_any(to, from, bytes);
    }
}

/* Clears an element. */
static inline void rdl__mem_zero(void *to, size_t bytes) {
    if (bytes == 8) {
        __builtin_memcpy(to, &(uint64_t){0}, 8);
    } else if (bytes == 4) {
        __builtin_memcpy(to, &(uint32_t){0}, 4);
    } else if (bytes != 0) {
        rdl__arch_zero(to, bytes);
    }
}

#endif
