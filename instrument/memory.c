/* memory.c - the process's memory and threads at one moment, as the core asks for them (struct det_memory).
 *
 * Ranges   All that can be read and was written: maps in /proc tells, and of a range pagemap, or mincore, which
 *          pages exist, for to read the others would make them. Read by the system (process_vm_readv), for which a guard,
 *          or a mapping that is longer than its file, is no fault. Devices are left alone. Error side, where memory is
 *          not read: a pointer there is not seen. Where pages lie that the program has made unreadable nothing is said of
 *          anybody: pointers may be there, and to look would be a fault.
 * Buffers  are made before anything is stopped.
 * Zone     the watcher's thread: no libc, no thread-local storage, no lock that the program may hold.
 */
#include "instrument/memory.h"

#include "instrument/given.h"
#include "instrument/imports.h"
#include "instrument/modules.h"
#include "instrument/outside.h"
#include "instrument/restart.h"
#include "instrument/stop.h"
#include "instrument/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/uio.h>

#define PAGE          4096u
#define TEXT_BYTES    65536u /* of maps, at a time; a line is shorter */
#define PAGES_AT_ONCE 512u
#define HIDDEN_AT_MOST                                                                             \
    ((uintptr_t)256 << 20)          /* unreadable ranges that are larger are reservations */
#define PRESENT ((uint64_t)3 << 62) /* in memory, or swapped out */
#define OF_FILE ((uint64_t)1 << 61)

struct memory_buffers {
    char text[TEXT_BYTES];
    uint64_t pages[PAGES_AT_ONCE];
    long pagemap; /* descriptor */
    bool unknown; /* something could not be asked */
    struct stopped stopped;
    struct det_stopped told[STOP_THREADS_AT_MOST];
};

static struct memory_buffers *buffers(void) {
    if (front.memory == NULL) {
        front.memory = (struct memory_buffers *)sys_map(sizeof(struct memory_buffers), 0);
    }
    return front.memory;
}

#define RDI (STOP_REGISTERS - 1) /* of stopped_thread.general: a call's first argument */

static void tell(struct det_stopped *told, const struct stopped_thread *thread) {
    bool asleep = thread->held && thread->asleep;
    const struct outside_slot *slot = outside_of(thread->id);
    uintptr_t first = thread->held ? thread->general[RDI] : 0;
    *told = (struct det_stopped){.thread = thread->id,
                                 .asleep = asleep && thread->call == SYS_futex,
                                 .resumed = asleep && thread->call == SYS_restart_syscall,
                                 .polls = asleep && restart_is_runtimes(thread->call, first),
                                 .word = first,
                                 .sp = thread->sp,
                                 .handlers_lo = slot != NULL ? slot->handlers_lo : 0,
                                 .handlers_hi = slot != NULL ? slot->handlers_hi : 0};
    if (thread->held) {
        told->registers = thread->general;
        told->n_registers = STOP_REGISTERS;
        told->tls_lo = thread->fs_base - front.modules.tls_bytes;
        told->tls_hi = thread->fs_base;
        told->own_lo = thread->fs_base + front.self_offset;
        told->own_hi = told->own_lo + sizeof(struct thread_self);
        told->vectors = (const uint64_t *)thread->vectors;
        told->n_vectors = thread->vector_bytes / sizeof(uint64_t);
    }
}

/* One that was left asleep has its registers on its stack if a function of ours made the call. */
static bool is_known(const struct stopped_thread *thread) {
    return thread->held || thread->spilled;
}

/* What stays so is told once; what may be otherwise the next time is not. */
static void tell_why_not(bool can) {
    bool forbidden = can && front.stops.answer == STOP_FORBIDDEN;
    bool too_much = !can || front.stops.answer == STOP_TOO_MANY;
    _Atomic uint64_t *limit =
        &det_process()->limits[forbidden ? LIMIT_CUT_OFF_UNSEEN : LIMIT_CUT_OFF_FULL];
    if ((forbidden || too_much) && atomic_load_explicit(limit, memory_order_relaxed) == 0) {
        count_up64(limit);
    }
}

static bool stop(void) {
    struct memory_buffers *b = buffers();
    bool can = b != NULL && !sys_own.full && !given_is_full();
    if (__atomic_load_n(&front.moving, __ATOMIC_ACQUIRE) != 0) {
        return false; /* a block that moves is nowhere for a moment */
    }
    if (__atomic_load_n(&front.shares_memory, __ATOMIC_RELAXED)) {
        return false; /* its process goes on, and its stacks are not known */
    }
    bool stopped = can && stop_all(&b->stopped);
    if (!stopped) {
        tell_why_not(can);
        return false;
    }
    bool known = true;
    for (uint32_t i = 0; i < b->stopped.n; i++) {
        known &= is_known(&b->stopped.thread[i]);
        tell(&b->told[i], &b->stopped.thread[i]);
    }
    if (!known) {
        (void)stop_go_on(&b->stopped);
    }
    return known;
}

static bool go_on(void) {
    return stop_go_on(&buffers()->stopped);
}

/* -- threads -------------------------------------------------------------------------------- */

static void each_thread(void (*see)(const struct det_stopped *thread)) {
    const struct stopped *stopped = &buffers()->stopped;
    for (uint32_t i = 0; i < stopped->n; i++) {
        see(&buffers()->told[i]);
    }
}

static void each_parked(void (*see)(const struct ev_parked *task)) {
    void (*each)(void (*)(const struct ev_parked *)) =
        __atomic_load_n(&front.each_parked, __ATOMIC_ACQUIRE);
    if (each != NULL) {
        each(see);
    }
}

static bool wakes_by_handle(void) {
    static const char *const names[] = {
        "pthread_cancel", "pthread_kill", "pthread_sigqueue", "tgkill",
        "syscall",        "dlsym",        "dlvsym",           NULL};
    return imports_any(names);
}

/* Out of a handler, above all. */
static bool may_jump(void) {
    static const char *const names[] = {"siglongjmp", "longjmp",     "_longjmp", "__longjmp_chk",
                                        "setcontext", "swapcontext", NULL};
    return imports_any(names);
}

/* -- ranges --------------------------------------------------------------------------------- */

extern HIDDEN char _DYNAMIC[], _end[]; /* of this library */

static void each_hole(void (*see)(uintptr_t lo, uintptr_t hi)) {
    for (uint32_t i = 0; i < __atomic_load_n(&sys_own.n, __ATOMIC_ACQUIRE); i++) {
        see(sys_own.at[i].lo, sys_own.at[i].hi);
    }
    see((uintptr_t)_DYNAMIC, (uintptr_t)_end);
}

struct mapping {
    uintptr_t lo, hi;
    const char *mode, *path; /* path: up to the end of the line; empty: none */
};

static const char *skip_word(const char *at) {
    while (*at != ' ' && *at != '\n') {
        at++;
    }
    while (*at == ' ') {
        at++;
    }
    return at;
}

static const char *read_hex(const char *at, uintptr_t *n) {
    for (*n = 0; (*at >= '0' && *at <= '9') || (*at >= 'a' && *at <= 'f'); at++) {
        *n = *n << 4 | (uintptr_t)(*at <= '9' ? *at - '0' : *at - 'a' + 10);
    }
    return at;
}

/* "lo-hi rw-p offset device inode path" */
static struct mapping read_line(const char *line) {
    struct mapping m;
    line = read_hex(line, &m.lo) + 1;
    line = read_hex(line, &m.hi) + 1;
    m.mode = line;
    m.path = skip_word(skip_word(skip_word(skip_word(line))));
    return m;
}

static bool begins(const char *text, const char *with) {
    while (*with != '\0' && *text == *with) {
        text++;
        with++;
    }
    return *with == '\0';
}

static bool is_memory(const struct mapping *m) {
    bool is_device =
        begins(m->path, "/dev/") && !begins(m->path, "/dev/shm/") && !begins(m->path, "/dev/zero");
    return !is_device && !begins(m->path, "[v"); /* the kernel's: vdso, vvar */
}

/* Which of n pages from `first` on exist, as bits of buffers()->pages; false: it cannot be known. */
static bool find_pages(uintptr_t first, size_t n, enum det_range kind) {
    uint64_t *pages = buffers()->pages;
    if (kind == DET_RANGE_SHARED) { /* that another mapping has written, too */
        return SYS3(SYS_mincore, first * PAGE, n * PAGE, pages) == 0;
    }
    return sys_call(SYS_pread64, buffers()->pagemap, (long)pages, (long)(n * 8), (long)(first * 8),
                    0, 0) == (long)(n * 8);
}

static bool exists(size_t i, enum det_range kind) {
    const uint64_t *pages = buffers()->pages;
    if (kind == DET_RANGE_SHARED) {
        return (((const unsigned char *)pages)[i] & 1) != 0;
    }
    return (pages[i] & PRESENT) != 0 && !(kind == DET_RANGE_SEALED && (pages[i] & OF_FILE) != 0);
}

/* Neighbours are shown as one: a word may lie across their edge. */
static void each_page(uintptr_t lo, uintptr_t hi, enum det_range kind,
                      void (*see)(uintptr_t lo, uintptr_t hi)) {
    uintptr_t from = 0, page = lo / PAGE, end = (hi + PAGE - 1) / PAGE;
    while (page < end) {
        size_t n = end - page < PAGES_AT_ONCE ? end - page : PAGES_AT_ONCE;
        bool known = find_pages(page, n, kind);
        buffers()->unknown |= !known;
        for (size_t i = 0; i < n; i++, page++) {
            bool is = known && exists(i, kind);
            if (is && from == 0) {
                from = page * PAGE > lo ? page * PAGE : lo;
            } else if (!is && from != 0) {
                see(from, page * PAGE);
                from = 0;
            }
        }
    }
    if (from != 0) {
        see(from, hi);
    }
}

/* By the system: memory that may not be read (guards, keys, behind the end of a file) is an answer then. */
static size_t copy(void *to, uintptr_t from, size_t n) {
    struct iovec mine = {.iov_base = to, .iov_len = n},
                 theirs = {.iov_base = (void *)from, .iov_len = n};
    long got = sys_call(SYS_process_vm_readv, sys_getpid(), (long)&mine, 1, (long)&theirs, 1, 0);
    buffers()->unknown |= got < 0 && got != -EFAULT;
    return got > 0 ? (size_t)got : 0;
}

/* Arenas of glibc's begin at such an address, with what they know of themselves: first the arena, which lies right
 * behind that, or in another heap, or in libc. */
#define ARENA_BYTES       ((uintptr_t)64 << 20)
#define ARENA_STATE_BYTES 2304u
#define ARENA_BEHIND      128u

static bool is_arena(const struct mapping *m) {
    uintptr_t arena = 0;
    bool may_be = m->lo % ARENA_BYTES == 0 && *m->path != '/' && m->hi - m->lo > ARENA_STATE_BYTES;
    return may_be && copy(&arena, m->lo, sizeof arena) == sizeof arena &&
           arena - m->lo < ARENA_BEHIND;
}

static bool holds(const char *path, const char *part) {
    for (; *path != '\n'; path++) {
        if (begins(path, part)) {
            return true;
        }
    }
    return false;
}

static enum det_range kind_of(const struct mapping *m) {
    if (m->mode[3] == 's') {
        return DET_RANGE_SHARED;
    }
    if (*m->path == '/' && m->mode[1] != 'w') {
        return DET_RANGE_SEALED;
    }
    if (begins(m->path, "[heap]")) {
        return DET_RANGE_HEAP;
    }
    return holds(m->path, "/libc.so") ? DET_RANGE_ALLOCATOR : DET_RANGE_PRIVATE;
}

/* Whether something was written there before it was made unreadable: guards and reservations hold no pages. Ours are
 * the largest, and are not asked. */
static bool hides_pages(const struct mapping *m) {
    uintptr_t page = m->lo / PAGE, end = m->hi / PAGE;
    if (m->hi - m->lo > HIDDEN_AT_MOST) {
        return false;
    }
    while (page < end) {
        size_t n = end - page < PAGES_AT_ONCE ? end - page : PAGES_AT_ONCE;
        if (!find_pages(page, n, DET_RANGE_PRIVATE)) {
            return true;
        }
        for (size_t i = 0; i < n; i++, page++) {
            if (exists(i,
                       DET_RANGE_SEALED)) { /* pages of a file alone hold no more than the file */
                return true;
            }
        }
    }
    return false;
}

static void see_mapping(const struct mapping *m,
                        void (*see)(uintptr_t lo, uintptr_t hi, enum det_range kind)) {
    uintptr_t lo = m->lo;
    if (!is_memory(m)) {
        return;
    }
    if (m->mode[0] != 'r') {
        buffers()->unknown |= hides_pages(m);
        return;
    }
    if (is_arena(m)) {
        lo += ARENA_STATE_BYTES;
        see(m->lo, lo, DET_RANGE_ALLOCATOR);
    }
    see(lo, m->hi, kind_of(m));
}

/* Whole lines of what was read; how many bytes are left. */
static size_t see_lines(char *text, size_t n,
                        void (*see)(uintptr_t lo, uintptr_t hi, enum det_range kind)) {
    size_t line = 0;
    for (size_t i = 0; i < n; i++) {
        if (text[i] == '\n') {
            struct mapping m = read_line(text + line);
            see_mapping(&m, see);
            line = i + 1;
        }
    }
    for (size_t i = line; i < n; i++) {
        text[i - line] = text[i];
    }
    return n - line;
}

static bool each_range(void (*see)(uintptr_t lo, uintptr_t hi, enum det_range kind)) {
    struct memory_buffers *b = buffers();
    long maps = SYS3(SYS_openat, AT_FDCWD, "/proc/thread-self/maps", O_RDONLY | O_CLOEXEC);
    size_t have = 0;
    bool any = false; /* of a process whose first thread has ended, /proc/self tells nothing */
    b->unknown = false;
    b->pagemap = SYS3(SYS_openat, AT_FDCWD, "/proc/thread-self/pagemap", O_RDONLY | O_CLOEXEC);
    for (long got = 1; maps >= 0 && got > 0;) {
        got = SYS3(SYS_read, maps, b->text + have, TEXT_BYTES - have);
        any |= got > 0;
        b->unknown |= got < 0;
        have = got > 0 ? see_lines(b->text, have + (size_t)got, see) : 0;
    }
    SYS3(SYS_close, maps, 0, 0);
    SYS3(SYS_close, b->pagemap, 0, 0);
    return any && b->pagemap >= 0 && !b->unknown;
}

void memory_is_own(uintptr_t addr, size_t size) {
    sys_own_add(addr, addr + size);
}

const struct det_memory memory_now = {
    .stop_all = stop,
    .go_on = go_on,
    .each_thread = each_thread,
    .each_parked = each_parked,
    .each_range = each_range,
    .each_page = each_page,
    .copy = copy,
    .each_hole = each_hole,
    .each_given = given_each,
    .wakes_by_handle = wakes_by_handle,
    .may_jump = may_jump,
};
