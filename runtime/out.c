/* out.c - collecting text until a buffer is full. */
#include "runtime/out.h"

#include "runtime/os.h"

static void put(struct out *o, char c) {
    if (o->n == sizeof(o->bytes)) {
        rdl__out_flush(o);
    }
    o->bytes[o->n++] = c;
}

void rdl__out_text(struct out *o, const char *text) {
    while (*text != 0) {
        put(o, *text++);
    }
}

static void put_number(struct out *o, uint64_t value, unsigned base) {
    char digits[20];
    size_t n = 0;
    do {
        digits[n++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    while (n > 0) {
        put(o, digits[--n]);
    }
}

void rdl__out_uint(struct out *o, uint64_t value) {
    put_number(o, value, 10);
}

void rdl__out_hex(struct out *o, uint64_t value) {
    rdl__out_text(o, "0x");
    put_number(o, value, 16);
}

void rdl__out_flush(struct out *o) {
    rdl__os_write(o->fd, o->bytes, o->n);
    o->n = 0;
}
