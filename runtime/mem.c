/* mem.c - the program's heap, with nobody watching.
 *
 * What a detector remembers of a block's last owner ends when the block is made anew: the allocator
 * orders the two, and nobody sees how [HB-M-06].
 */
#include "runtime/mem.h"

#include <stdlib.h>

#include "runtime/crash.h"
#include "runtime/text.h"

void *rdl__mem_new(struct task *self, size_t bytes, uintptr_t pc) {
    rdl__emit_switch(NULL);
    void *block = malloc(bytes);
    rdl__emit_switch(self->det);
    if (block == NULL) {
        rdl__crash_limit(LIMIT_MEMORY, pc);
    }
    EMIT(memory_forget((uintptr_t)block, bytes));
    return block;
}

void rdl__mem_free(struct task *self, void *block) {
    rdl__emit_switch(NULL);
    free(block);
    rdl__emit_switch(self->det);
}

#define STRING_BYTES 512 /* from here on the CPU's string instruction is faster than a loop */

/* Moves the first and the last word of a range that is one to two of them long. */
#define COPY_ENDS(type)                                                                            \
    do {                                                                                           \
        type first, last;                                                                          \
        __builtin_memcpy(&first, from, sizeof(type));                                              \
        __builtin_memcpy(&last, (const char *)from + bytes - sizeof(type), sizeof(type));          \
        __builtin_memcpy(to, &first, sizeof(type));                                                \
        __builtin_memcpy((char *)to + bytes - sizeof(type), &last, sizeof(type));                  \
    } while (0)

struct pair_of_words {
    uint64_t word[2];
};

void rdl__mem_copy_any(void *to, const void *from, size_t bytes) {
    if (bytes >= STRING_BYTES) {
        rdl__arch_copy(to, from, bytes);
        return;
    }
    for (; bytes > 32; bytes -= 16) {
        struct pair_of_words pair;
        __builtin_memcpy(&pair, from, sizeof(pair));
        __builtin_memcpy(to, &pair, sizeof(pair));
        from = (const char *)from + sizeof(pair);
        to = (char *)to + sizeof(pair);
    }
    if (bytes >= 16) {
        COPY_ENDS(struct pair_of_words);
    } else if (bytes >= 8) {
        COPY_ENDS(uint64_t);
    } else if (bytes >= 4) {
        COPY_ENDS(uint32_t);
    } else if (bytes >= 2) {
        COPY_ENDS(uint16_t);
    } else if (bytes == 1) {
        *(uint8_t *)to = *(const uint8_t *)from;
    }
}
