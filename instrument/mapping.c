/* mapping.c - see mapping.h. */
#include "instrument/mapping.h"

#include "instrument/handover.h"
#include "instrument/sys.h"
#include "instrument/unseen.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define IS_ERROR(result) ((unsigned long)(result) > -4096UL)

/* Appends text at out[*n], within room. */
static void append(char *out, size_t *n, size_t room, const char *text) {
    while (*text != '\0' && *n + 1 < room) {
        out[(*n)++] = *text++;
    }
    out[*n] = '\0';
}

/* 16 letters that nobody can foretell. */
static void append_random(char *out, size_t *n, size_t room) {
    uint8_t bytes[16] = {0};
    char letters[17];
    SYS3(SYS_getrandom, bytes, sizeof bytes, 0);
    for (size_t i = 0; i < sizeof bytes; i++) {
        letters[i] = "abcdefghijklmnopqrstuvwxyz012345"[bytes[i] & 31];
    }
    letters[16] = '\0';
    append(out, n, room, letters);
}

static struct findings_file *map_file(long fd, uint64_t bytes) {
    long at = sys_call(SYS_mmap, 0, (long)bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (IS_ERROR(at)) {
        return NULL;
    }
    SYS3(SYS_madvise, at, bytes, MADV_DONTDUMP);
    sys_own_add((uintptr_t)at, (uintptr_t)at + bytes);
    return (struct findings_file *)at;
}

static bool is_findings(const struct findings_file *f, uint64_t bytes) {
    for (size_t i = 0; i < sizeof f->magic; i++) {
        if (f->magic[i] != FINDINGS_MAGIC[i]) {
            return false;
        }
    }
    return f->version == FINDINGS_VERSION && f->capacity <= bytes && f->header_bytes >= sizeof *f &&
           f->header_bytes < f->capacity;
}

/* The file itself, or a descriptor of it from the gate. Negative: why it cannot be opened. */
static long reach(const char *path) {
    long fd = sys_call(SYS_openat, AT_FDCWD, (long)path, O_RDWR | O_CLOEXEC, 0, 0, 0);
    bool asks = fd < 0 && !front.sandboxed; /* by a socket, which may be forbidden (sandbox.c) */
    long given = asks ? handover_ask(path) : fd;
    return given < 0 ? fd : given;
}

bool mapping_is_in_reach(const char *path) {
    long fd = reach(path);
    if (fd <
        0) { /* who has no number left may have one when another program begins, or cannot load it */
        return fd == -EMFILE || fd == -ENFILE;
    }
    SYS3(SYS_close, fd, 0, 0);
    return true;
}

static bool ends_with(const char *text, const char *end) {
    size_t n = 0, m = 0;
    while (text[n] != '\0') {
        n++;
    }
    while (end[m] != '\0') {
        m++;
    }
    while (m > 0 && n > 0 && text[n - 1] == end[m - 1]) {
        n--;
        m--;
    }
    return m == 0;
}

/* Of a file that cannot be opened: was it a gate's, and is the fault with this process, which may not
 * go there, or is the run over? Then whoever started the process has counted that (exec.c). A name that
 * somebody made up is another matter. */
static bool is_out_of_reach(const char *path, long why) {
    return (why == -EACCES || why == -EPERM || why == -EROFS || why == -ENOENT ||
            why == -ENOTDIR) &&
           ends_with(path, FINDINGS_SUFFIX);
}

/* There is no room for the whole file. */
static void sign_unmapped(long fd, uint64_t bytes) {
    struct findings_file *first = map_file(fd, sizeof *first);
    if (first != NULL && is_findings(first, bytes)) {
        unseen_sign(first, fd);
    }
}

static const char *map_given(long fd) {
    struct stat st;
    const char *fault = "is not a findings file of this version of Raddle; start the program "
                        "through run-with-detector";
    if (SYS3(SYS_fstat, fd, &st, 0) == 0 && st.st_size >= (off_t)sizeof *front.findings) {
        front.findings = map_file(fd, (uint64_t)st.st_size);
        if (front.findings == NULL) {
            sign_unmapped(fd, (uint64_t)st.st_size);
            _Static_assert(FINDINGS_DEFAULT_CAPACITY == (uint64_t)256 << 20, "the text below");
            fault = "cannot be mapped; raise `ulimit -v`: it takes 256 MB, and a "
                    "program of few threads with it 1 GB in all";
        } else if (is_findings(front.findings, (uint64_t)st.st_size)) {
            fault = NULL;
        }
    }
    SYS3(SYS_close, fd, 0, 0);
    return fault;
}

/* NULL: mapped. "": out of reach. Else what is wrong with it. */
static const char *open_given(const char *path) {
    long fd = reach(path);
    if (fd < 0) {
        return is_out_of_reach(path, fd)
                   ? ""
                   : "cannot be opened for writing; start the program through run-with-detector";
    }
    return map_given(fd);
}

/* The directory for a private file: the user's own, or a new one only the user can enter. */
static bool choose_directory(char *path, size_t *n, size_t room, const char *runtime_dir) {
    if (runtime_dir != NULL && runtime_dir[0] == '/' &&
        SYS3(SYS_access, runtime_dir, 2 | 1, 0) == 0) {
        append(path, n, room, runtime_dir);
        return true;
    }
    size_t at = 0;
    append(front.findings_dir, &at, sizeof front.findings_dir, "/tmp/raddle-");
    append_random(front.findings_dir, &at, sizeof front.findings_dir);
    append(path, n, room, front.findings_dir);
    return SYS3(SYS_mkdir, front.findings_dir, 0700, 0) == 0;
}

static bool make_private(const char *runtime_dir) {
    char *path = front.findings_path;
    size_t n = 0, room = sizeof front.findings_path;
    if (!choose_directory(path, &n, room, runtime_dir)) {
        return false;
    }
    append(path, &n, room, "/raddle-");
    append_random(path, &n, room);
    append(path, &n, room, FINDINGS_SUFFIX);
    long fd = sys_call(SYS_openat, AT_FDCWD, (long)path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC,
                       0600, 0, 0);
    if (fd < 0) {
        return false;
    }
    if (SYS3(SYS_ftruncate, fd, FINDINGS_DEFAULT_CAPACITY, 0) == 0) {
        front.findings = map_file(fd, FINDINGS_DEFAULT_CAPACITY);
    }
    SYS3(SYS_close, fd, 0, 0);
    return front.findings != NULL;
}

static void write_header(struct findings_file *f) {
    for (size_t i = 0; i < sizeof f->magic; i++) {
        f->magic[i] = FINDINGS_MAGIC[i];
    }
    f->version = FINDINGS_VERSION;
    f->header_bytes = sizeof *f;
    f->capacity = FINDINGS_DEFAULT_CAPACITY;
    atomic_store_explicit(&f->used, sizeof *f, memory_order_relaxed); /* nobody else maps it yet */
}

bool mapping_open(const char *path, const char *runtime_dir) {
    if (path != NULL && path[0] != '\0') {
        const char *fault = open_given(path);
        if (fault != NULL && fault[0] != '\0') {
            sys_say("raddle: RADDLE_FINDINGS: ", path, " ", fault, NULL);
            sys_exit(125);
        }
        return fault == NULL;
    }
    front.bare = true;
    if (!make_private(runtime_dir)) {
        mapping_remove();
        sys_say("raddle: no findings file can be made and mapped in $XDG_RUNTIME_DIR or /tmp; set "
                "XDG_RUNTIME_DIR to a directory of yours, or raise `ulimit -v` and `ulimit -f`",
                NULL);
        sys_exit(125);
    }
    write_header(front.findings);
    return true;
}

void mapping_remove(void) {
    if (front.findings_path[0] != '\0') {
        SYS3(SYS_unlink, front.findings_path, 0, 0);
    }
    if (front.findings_dir[0] != '\0') {
        SYS3(SYS_rmdir, front.findings_dir, 0, 0);
    }
}
