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

/* Copies an element. Sizes a register holds go without a call. */
static inline void rdl__mem_copy(void *to, const void *from, size_t bytes) {
    switch (bytes) {
    case 1:
        *(uint8_t *)to = *(const uint8_t *)from;
        break;
    case 4: {
        uint32_t word;
        __builtin_memcpy(&word, from, sizeof(word));
        __builtin_memcpy(to, &word, sizeof(word));
        break;
    }
    case 8: {
        uint64_t word;
        __builtin_memcpy(&word, from, sizeof(word));
        __builtin_memcpy(to, &word, sizeof(word));
        break;
    }
    case 16: {
        uint64_t words[2];
        __builtin_memcpy(words, from, sizeof(words));
        __builtin_memcpy(to, words, sizeof(words));
        break;
    }
    default:
        rdl__arch_copy(to, from, bytes);
    }
}

#endif
