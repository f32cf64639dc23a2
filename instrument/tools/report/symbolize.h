/* symbolize.h - from a return address to function, file and line, offline, by DWARF.
 *
 * The address looked up is pc - 1, the call itself. One address is one physical frame and as many
 * inlined ones as the compiler folded into it; they come innermost first, like the stack itself.
 */
#ifndef RADDLE_TOOLS_REPORT_SYMBOLIZE_H
#define RADDLE_TOOLS_REPORT_SYMBOLIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "instrument/tools/report/modules.h"

struct frame {
    char *function;  /* demangled; NULL: not known */
    char *file;      /* absolute where the compiler told; NULL: not known */
    int line;        /* 0: not known */
    int column;      /* 0: not known */
    bool inlined;    /* folded into the frame after it */
    uint64_t offset; /* of pc from the start of the physical function */
    const char
        *missing; /* the file of debug information that is not there; NULL: none is. Borrowed */
};

struct frames {
    struct frame *all;
    size_t n, room;
};

/* Appends the frames of the return address `pc` (an ELF address: bias subtracted) in `module`; one
 * with nothing known when the module cannot tell. */
void symbolize_pc(struct module *module, uint64_t pc, struct frames *frames);
/* Likewise, but by the symbol table alone: one frame, without file and line. Opens no DWARF, which
 * for a C library with its debug information installed is 45 ms of decompression. */
void symbolize_name(struct module *module, uint64_t pc, struct frames *frames);
void frames_free(struct frames *frames);

/* "/a/b/../c.c" as "/a/c.c"; takes and returns a string to free. Links are not followed: the text
 * must not depend on the machine. */
char *path_tidy(char *path);
/* dir/name unless name is absolute; a new string, tidied. dir may be NULL. */
char *path_join(const char *directory, const char *name);

#endif
