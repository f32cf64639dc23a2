/* mem.c - the program's heap, with nobody watching. */
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
    return block;
}

void rdl__mem_free(struct task *self, void *block) {
    rdl__emit_switch(NULL);
    free(block);
    rdl__emit_switch(self->det);
}
