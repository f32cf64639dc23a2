/* out.h - text to a descriptor, without stdio: for a process whose locks cannot be trusted. */
#ifndef RDL__OUT_H
#define RDL__OUT_H

#include <stddef.h>
#include <stdint.h>

struct out {
    int fd;
    size_t n;
    char bytes[1024];
};

/* Not an initialiser: that would clear the buffer, through memset. */
static inline void rdl__out_start(struct out *o, int fd) {
    o->fd = fd;
    o->n = 0;
}

void rdl__out_text(struct out *o, const char *text);
void rdl__out_uint(struct out *o, uint64_t value);
void rdl__out_hex(struct out *o, uint64_t value); /* with 0x */
void rdl__out_flush(struct out *o);

#endif
