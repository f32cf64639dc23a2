/* symbol.h - from an address to function, file and line.
 *
 * `raddle-report --symbolize` does the work in a process of its own, started for one dump: a dying
 * process must not allocate. Without it, names come from libunwind, and lines are missing.
 */
#ifndef RDL__SYMBOL_H
#define RDL__SYMBOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct symbol {
    uintptr_t pc;
    char function[160]; /* empty: unknown */
    char file[256];     /* empty: unknown */
    char offset[24];    /* into the function, as +0x1d */
    unsigned line;
    char module[256];
    uintptr_t module_offset;
};

#define SYMBOL_SLOTS 1024u

/* One dump's symboliser and what it has answered. All zero before rdl__symbol_open. */
struct symbolizer {
    int fd;  /* -1: none */
    int pid; /* of the tool */
    struct symbol cache[SYMBOL_SLOTS];
};

void rdl__symbol_open(struct symbolizer *s);
void rdl__symbol_close(struct symbolizer *s);

/* The answer lives until the next call. pc is a return address. */
const struct symbol *rdl__symbol_find(struct symbolizer *s, uintptr_t pc);

/* Its module and where in it pc lies: the bias of the load, and the path of the file. */
bool rdl__symbol_module(uintptr_t pc, char *path, size_t bytes, uintptr_t *bias);

#endif
