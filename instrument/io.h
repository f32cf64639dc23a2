/* io.h - what the files about descriptors and streams share: see io.c. */
#ifndef RADDLE_INSTRUMENT_IO_H
#define RADDLE_INSTRUMENT_IO_H

#include "instrument/front.h"

#include <stdio.h>
#include <sys/uio.h>

/* fd is about to be closed: who reads its end knows. */
HIDDEN void io_closes(int fd);

/* Before the kernel reads the parts and hands them on; for callers at pc. The list of them can be read. No part: NULL. */
HIDDEN void io_will_write(int fd, const struct iovec *part, size_t parts, uintptr_t pc);

/* After n bytes came; 0: the end, or an empty message. Returns n. */
HIDDEN ssize_t io_have_read(int fd, const struct iovec *part, size_t parts, ssize_t n,
                            uintptr_t pc);

/* A call was given the number fd, after it was closed if it ever was: see files.c. Returns fd; negative: there is
 * none. */
HIDDEN int files_given(int fd);

#define ONE_PART(at, n) struct iovec part = {.iov_base = (void *)(uintptr_t)(at), .iov_len = (n)}

/* The edges alone. */
static inline void io_writes(int fd) {
    io_will_write(fd, NULL, 0, 0);
}

static inline void io_has_read(int fd) {
    io_have_read(fd, NULL, 0, 0, 0);
}

/* Of streams: nothing is asked of the kernel as long as this process has made no pipe and no local socket. Both
 * ends of one that it inherited are not thought of. */
static inline void io_made_pipe(void) {
    __atomic_store_n(&front.has_pipes, true, __ATOMIC_RELAXED);
}

static inline bool io_may_order(void) {
    return UNLIKELY(__atomic_load_n(&front.has_pipes, __ATOMIC_RELAXED));
}

static inline void io_stream_writes(FILE *stream) {
    if (io_may_order()) {
        io_writes(stream->_fileno);
    }
}

static inline void io_stream_has_read(FILE *stream) {
    if (io_may_order()) {
        io_has_read(stream->_fileno);
    }
}

#endif
