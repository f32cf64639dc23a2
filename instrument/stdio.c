/* stdio.c - streams: buffers and lines that libc reads and writes for the program (format.c and scan.c have
 * the formatted ones). The stream itself is libc's, with a lock of its own that orders nothing here, unless
 * the program takes it (streamlock.c).
 *
 * Edges   A stream may lie on a pipe or socket within the process: whoever writes to it may send, whoever
 *         reads may receive [HB-IO-01]. Sent is the clock of each who wrote, at once, though his bytes may
 *         wait in the buffer, since somebody else may flush them. A getc learns of the writer when it
 *         finds the buffer empty, a putc tells what is before it when it finds it full, and both are no
 *         slower otherwise.
 * Zone    SYNC.
 */
#include "instrument/given.h"
#include "instrument/io.h"
#include "instrument/misuse.h"
#include "instrument/outside.h"
#include "instrument/ranges.h"
#include "instrument/streamlock.h"

#include <stdio.h>
#include <wchar.h>

/* -- blocks and lines -- */

static size_t has_read(FILE *stream, void *to, size_t size, size_t got, uintptr_t pc) {
    io_stream_has_read(stream);
    fills(to, got * size, pc);
    return got;
}

INTERPOSE size_t fread(void *to, size_t size, size_t n, FILE *stream) {
    return has_read(stream, to, size, OUTSIDE(REAL_OF(fread)(to, size, n, stream)), CALLER_PC);
}

INTERPOSE size_t fread_unlocked(void *to, size_t size, size_t n, FILE *stream) {
    return has_read(stream, to, size, OUTSIDE(REAL_OF(fread_unlocked)(to, size, n, stream)),
                    CALLER_PC);
}

INTERPOSE size_t __fread_chk(void *to, size_t room, size_t size, size_t n, FILE *stream);
size_t __fread_chk(void *to, size_t room, size_t size, size_t n, FILE *stream) {
    return has_read(stream, to, size, OUTSIDE(REAL_OF(__fread_chk)(to, room, size, n, stream)),
                    CALLER_PC);
}

INTERPOSE size_t __fread_unlocked_chk(void *to, size_t room, size_t size, size_t n, FILE *stream);
size_t __fread_unlocked_chk(void *to, size_t room, size_t size, size_t n, FILE *stream) {
    size_t got = OUTSIDE(REAL_OF(__fread_unlocked_chk)(to, room, size, n, stream));
    return has_read(stream, to, size, got, CALLER_PC);
}

static void gives(const void *from, size_t n, FILE *stream, uintptr_t pc) {
    takes(from, n, pc);
    if (io_may_order()) {
        given_bytes(from, n);
        io_writes(stream->_fileno);
    }
}

INTERPOSE size_t fwrite(const void *from, size_t size, size_t n, FILE *stream) {
    misuse_unsafe(DEED_CALL_STREAM, CALLER_PC);
    gives(from, n * size, stream, CALLER_PC);
    return OUTSIDE(REAL_OF(fwrite)(from, size, n, stream));
}

INTERPOSE size_t fwrite_unlocked(const void *from, size_t size, size_t n, FILE *stream) {
    gives(from, n * size, stream, CALLER_PC);
    return OUTSIDE(REAL_OF(fwrite_unlocked)(from, size, n, stream));
}

static char *has_line(FILE *stream, char *line, uintptr_t pc) {
    io_stream_has_read(stream);
    fills_text(line, pc);
    return line;
}

INTERPOSE char *fgets(char *to, int room, FILE *stream) {
    return has_line(stream, OUTSIDE(REAL_OF(fgets)(to, room, stream)), CALLER_PC);
}

INTERPOSE char *fgets_unlocked(char *to, int room, FILE *stream) {
    return has_line(stream, OUTSIDE(REAL_OF(fgets_unlocked)(to, room, stream)), CALLER_PC);
}

INTERPOSE char *__fgets_chk(char *to, size_t known, int room, FILE *stream);
char *__fgets_chk(char *to, size_t known, int room, FILE *stream) {
    return has_line(stream, OUTSIDE(REAL_OF(__fgets_chk)(to, known, room, stream)), CALLER_PC);
}

INTERPOSE char *__fgets_unlocked_chk(char *to, size_t known, int room, FILE *stream);
char *__fgets_unlocked_chk(char *to, size_t known, int room, FILE *stream) {
    return has_line(stream, OUTSIDE(REAL_OF(__fgets_unlocked_chk)(to, known, room, stream)),
                    CALLER_PC);
}

INTERPOSE int fputs(const char *text, FILE *stream) {
    misuse_unsafe(DEED_CALL_STREAM, CALLER_PC);
    takes_text(text, CALLER_PC);
    io_stream_writes(stream);
    return OUTSIDE(REAL_OF(fputs)(text, stream));
}

INTERPOSE int fputs_unlocked(const char *text, FILE *stream) {
    takes_text(text, CALLER_PC);
    io_stream_writes(stream);
    return OUTSIDE(REAL_OF(fputs_unlocked)(text, stream));
}

INTERPOSE int puts(const char *text) {
    misuse_unsafe(DEED_CALL_STREAM, CALLER_PC);
    takes_text(text, CALLER_PC);
    io_stream_writes(stdout);
    return OUTSIDE(REAL_OF(puts)(text));
}

INTERPOSE void perror(const char *text) {
    takes_text(text, CALLER_PC);
    io_stream_writes(stderr);
    REAL_OF(perror)(text);
}

/* -- lines in a block that grows: malloc and realloc tell of the block -- */

struct block {
    char *at;
    size_t n;
};

static struct block block_of(char **line, size_t *room) {
    return is_there(line) && is_there(room) ? (struct block){*line, *room} : (struct block){0};
}

static ssize_t has_grown(FILE *stream, struct block was, char **line, size_t *room, ssize_t got,
                         uintptr_t pc) {
    io_stream_has_read(stream);
    if (is_watched(pc) && is_there(line) && is_there(room)) {
        reads(line, sizeof *line, pc);
        reads(room, sizeof *room, pc);
        writes(line, *line != was.at ? sizeof *line : 0, pc);
        writes(room, *room != was.n ? sizeof *room : 0, pc);
        writes(*line, got >= 0 ? (size_t)got + 1 : 0, pc);
    }
    return got;
}

INTERPOSE ssize_t getline(char **line, size_t *room, FILE *stream) {
    struct block was = block_of(line, room);
    ssize_t got = OUTSIDE(REAL_OF(getline)(line, room, stream));
    return has_grown(stream, was, line, room, got, CALLER_PC);
}

INTERPOSE ssize_t getdelim(char **line, size_t *room, int end, FILE *stream) {
    struct block was = block_of(line, room);
    ssize_t got = OUTSIDE(REAL_OF(getdelim)(line, room, end, stream));
    return has_grown(stream, was, line, room, got, CALLER_PC);
}

/* What headers make of getline when they open it. */
INTERPOSE ssize_t __getdelim(char **line, size_t *room, int end, FILE *stream) {
    struct block was = block_of(line, room);
    ssize_t got = OUTSIDE(REAL_OF(getdelim)(line, room, end, stream));
    return has_grown(stream, was, line, room, got, CALLER_PC);
}

/* -- letters: values, but the stream may be a pipe -- */

#define TAKES_LETTER(name)                                                                         \
    static COLD int name##_anew(FILE *stream) {                                                    \
        int letter = OUTSIDE(REAL_OF(name)(stream));                                               \
        io_stream_has_read(stream);                                                                \
        return letter;                                                                             \
    }                                                                                              \
    INTERPOSE int name(FILE *stream) {                                                             \
        if (stream->_IO_read_ptr >= stream->_IO_read_end) {                                        \
            return name##_anew(stream);                                                            \
        }                                                                                          \
        return REAL_OF(name)(stream);                                                              \
    }
#define GIVES_LETTER(name)                                                                         \
    static COLD int name##_full(int letter, FILE *stream) {                                        \
        io_stream_writes(stream);                                                                  \
        return OUTSIDE(REAL_OF(name)(letter, stream));                                             \
    }                                                                                              \
    INTERPOSE int name(int letter, FILE *stream) {                                                 \
        if (stream->_IO_write_ptr >= stream->_IO_write_end) {                                      \
            return name##_full(letter, stream);                                                    \
        }                                                                                          \
        return REAL_OF(name)(letter, stream);                                                      \
    }
// clang-format off
TAKES_LETTER(fgetc)
TAKES_LETTER(getc)
GIVES_LETTER(fputc)
GIVES_LETTER(putc)
// clang-format on

INTERPOSE int getchar(void) {
    return getc(stdin);
}

INTERPOSE int putchar(int letter) {
    return putc(letter, stdout);
}

/* What headers make of getc_unlocked when the buffer is empty. */
INTERPOSE int __uflow(FILE *stream) {
    int letter = OUTSIDE(REAL_OF(__uflow)(stream));
    io_stream_has_read(stream);
    return letter;
}

INTERPOSE int __overflow(FILE *stream, int letter) {
    io_stream_writes(stream);
    return OUTSIDE(REAL_OF(__overflow)(stream, letter));
}

/* -- the end of what was written: of all streams nothing is told, each write told its own -- */

INTERPOSE int fflush(FILE *stream) {
    if (is_there(stream)) {
        io_stream_writes(stream);
    }
    return OUTSIDE(REAL_OF(fflush)(stream));
}

/* As close() of the descriptor. */
INTERPOSE int fclose(FILE *stream) {
    if (is_there(stream)) {
        io_stream_writes(stream);
        streamlock_closes(stream, CALLER_PC);
    }
    return OUTSIDE(REAL_OF(fclose)(stream));
}
