/* deadlock.c - what a deadlock is judged by, of what glibc and the kernel know.
 *
 * Whether other processes share an object stands in the object. Who sleeps, and how many there are, stands in
 * /proc, whose answers are true at the moment of reading.
 */
#include "instrument/deadlock.h"

#include "instrument/barrier.h"
#include "instrument/futex.h"
#include "instrument/omp_lock.h"
#include "instrument/once.h"
#include "instrument/streamlock.h"
#include "instrument/sys.h"

#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>

#define PSHARED_BIT 128 /* of a mutex' __kind */
#define ROBUST_BIT  16
#define INHERIT_BIT 32 /* of priorities */
#define COND_SHARED 1  /* of a condition variable's __wrefs */

#define READERS_SHIFT 3     /* of a read-write lock's __readers */
#define OBJECT_BYTES  64u   /* no less than any object that threads wait for has */
#define FRAME_BYTES   1024u /* no less than what glibc has on the stack where it sleeps */

/* -- what glibc keeps in its objects -------------------------------------------------------- */

struct glibc_semaphore {
    uint32_t value, waiters;
    int shared;
};

/* Every robust one is marked as shared: the kernel wakes who waits for it as it does that. */
static bool mutex_is_within(const pthread_mutex_t *m) {
    int kind = m->__data.__kind;
    return (kind & PSHARED_BIT) == 0 ||
           ((kind & ROBUST_BIT) != 0 && det_is_made_as(EV_OBJECT_ROBUST_MUTEX, (uintptr_t)m));
}

bool deadlock_is_within(enum ev_wait_kind kind, const volatile void *object) {
    const void *plain = (const void *)(uintptr_t)object;
    switch (kind) {
    case EV_WAIT_PTHREAD_MUTEX:
        return mutex_is_within(plain);
    case EV_WAIT_PTHREAD_RWLOCK_READ:
    case EV_WAIT_PTHREAD_RWLOCK_WRITE:
        return ((const pthread_rwlock_t *)plain)->__data.__shared == 0;
    case EV_WAIT_PTHREAD_COND:
    case EV_WAIT_PTHREAD_COND_DESTROY:
        return (((const pthread_cond_t *)plain)->__data.__wrefs & COND_SHARED) == 0;
    case EV_WAIT_PTHREAD_SEMAPHORE:
        return ((const struct glibc_semaphore *)plain)->shared == 0;
    case EV_WAIT_PTHREAD_BARRIER:
        return ((const struct barrier *)plain)->shared == 0;
    case EV_WAIT_PTHREAD_ONCE: /* who runs it is of this process, or not known */
    case EV_WAIT_CXA_GUARD:
    case EV_WAIT_PTHREAD_JOIN:
    case EV_WAIT_PTHREAD_SPIN: /* tells only how it was made, where that was seen (detector/deadlock.c) */
    case EV_WAIT_FUTEX:        /* is asked when it is judged (futex.h) */
    case EV_WAIT_FLOCKFILE:
    case EV_WAIT_OMP_LOCK:
    case EV_WAIT_OMP_NEST_LOCK:
    case EV_WAIT_OMP_CRITICAL:
        return true;
    default:
        return false;
    }
}

bool deadlock_is_behind_writers(enum ev_wait_kind kind, const volatile void *object) {
    const pthread_rwlock_t *lock = (const pthread_rwlock_t *)(uintptr_t)object;
    return kind == EV_WAIT_PTHREAD_RWLOCK_READ &&
           lock->__data.__flags == PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP;
}

uint32_t deadlock_thread(void) {
    if (UNLIKELY(self.system_id == 0) && !front.sandboxed) {
        self.system_id = (uint32_t)SYS3(SYS_gettid, 0, 0, 0);
    }
    return self.system_id;
}

/* -- who sleeps ----------------------------------------------------------------------------- */

static size_t put_text(char *out, const char *text) {
    size_t n = 0;
    for (; text[n] != '\0'; n++) {
        out[n] = text[n];
    }
    return n;
}

static size_t put_number(char *out, uint32_t n) {
    char digits[10];
    size_t count = 0;
    do {
        digits[count++] = (char)('0' + n % 10);
        n /= 10;
    } while (n != 0);
    for (size_t i = 0; i < count; i++) {
        out[i] = digits[count - 1 - i];
    }
    return count;
}

/* The first bytes of a file, ended by NUL; less than 0: minus errno. */
static long read_start(const char *path, char *out, size_t room) {
    long fd = SYS3(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return fd;
    }
    long n = SYS3(SYS_read, fd, out, room - 1);
    SYS3(SYS_close, fd, 0, 0);
    out[n > 0 ? n : 0] = '\0';
    return n;
}

/* Behind so many spaces; 0: there is none. */
static uintptr_t read_hex(const char *text, int spaces) {
    uintptr_t n = 0;
    for (; *text != '\0' && spaces > 0; text++) {
        spaces -= *text == ' ';
    }
    text += text[0] == '0' && text[1] == 'x' ? 2 : 0;
    for (; (*text >= '0' && *text <= '9') || (*text >= 'a' && *text <= 'f'); text++) {
        n = n << 4 | (uintptr_t)(*text <= '9' ? *text - '0' : *text - 'a' + 10);
    }
    return n;
}

/* Whether it sleeps for a mutex that inherits priorities and that the kernel says nobody will ever let go: its caller
 * holds it, would close a circle, or its holder has ended. glibc then waits for nothing, at a word of its own. */
static bool is_given_up(uintptr_t word, uintptr_t sp, uint32_t kind, uintptr_t object) {
    pthread_mutex_t copy; /* a wait that is over by now may have been for one that is gone */
    return kind == EV_WAIT_PTHREAD_MUTEX && word - sp < FRAME_BYTES &&
           sys_peek(object, &copy, sizeof copy) && (copy.__data.__kind & INHERIT_BIT) != 0;
}

/* Whether who sleeps at `word` does so for that wait. A condition's waiter may sleep at its mutex, and it is not
 * known where in a thread its joiner does. */
static bool is_of_wait(uintptr_t word, uintptr_t sp, uint32_t kind, uintptr_t object) {
    bool in_runtime = kind < EV_WAIT_PTHREAD_MUTEX; /* which lets it sleep at a word of its own */
    bool may_change = kind == EV_WAIT_PTHREAD_COND || kind == EV_WAIT_PTHREAD_COND_MUTEX;
    if (in_runtime || may_change || kind == EV_WAIT_PTHREAD_JOIN) {
        return true;
    }
    if (kind == EV_WAIT_FLOCKFILE) { /* those of the standard streams lie side by side */
        return word == object;
    }
    if (omp_lock_is_for(kind)) {
        return omp_lock_is_at(word, object);
    }
    const struct glibc_semaphore *semaphore = (const struct glibc_semaphore *)object;
    bool within = word - object < OBJECT_BYTES;
    bool posted = within && kind == EV_WAIT_PTHREAD_SEMAPHORE &&
                  __atomic_load_n(&semaphore->value, __ATOMIC_ACQUIRE) != 0;
    return (within && !posted) || is_given_up(word, sp, kind, object);
}

/* The field of /proc/self/stat behind the name, which is in parentheses and may hold any, from 3 on. */
static const char *stat_field(const char *text, int field) {
    const char *at = text;
    for (const char *in = text; *in != '\0'; in++) {
        at = in[0] == ')' && in[1] == ' ' ? in + 2 : at;
    }
    for (; *at != '\0' && field > 3; at++) {
        field -= *at == ' ';
    }
    return at;
}

enum { OF_THREAD = 160 }; /* bytes read of a thread's files */

/* The start of /proc/self/task/N/name; less than 0: minus errno. */
static long read_of(uint32_t thread, const char *name, char *out) {
    char path[64];
    size_t n = put_text(path, "/proc/self/task/");
    n += put_number(path + n, thread);
    n += put_text(path + n, name);
    path[n] = '\0';
    return read_start(path, out, OF_THREAD);
}

static bool is_same(const char *a, const char *b) {
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

/* N/syscall is the number and the arguments of the call that the thread sleeps in, and where its stack ends. It says
 * so, too, of one that was woken but is not on a processor yet, or that somebody traces; N/stat then does not say
 * `S`. And it is the same sleep in both if the thread did not run in between (N/schedstat). */
enum det_sleep deadlock_asleep(uint32_t thread, uint32_t kind, uintptr_t object) {
    static const char futex[] = "202 0x";
    _Static_assert(SYS_futex == 202, "as compared with");
    char before[OF_THREAD] = "", after[OF_THREAD] = "", text[OF_THREAD], state[OF_THREAD] = "";
    read_of(thread, "/schedstat", before);
    long got = read_of(thread, "/syscall", text);
    if (got <= 0) { /* the thread is gone, if it can be said of ourselves */
        return read_start("/proc/self/syscall", text, sizeof text) > 0 ? DET_AWAKE
                                                                       : DET_CANNOT_TELL;
    }
    read_of(thread, "/stat", state);
    read_of(thread, "/schedstat", after);
    if (*stat_field(state, 3) != 'S' || !is_same(before, after)) {
        return DET_AWAKE;
    }
    size_t same = 0;
    while (futex[same] != '\0' && text[same] == futex[same]) {
        same++;
    }
    bool asleep =
        futex[same] == '\0' && is_of_wait(read_hex(text, 1), read_hex(text, 7), kind, object);
    bool within = kind != EV_WAIT_FUTEX || futex_is_within(object, read_hex(text, 2));
    return asleep && within ? DET_ASLEEP : DET_AWAKE;
}

bool deadlock_holds(uint32_t thread, uint32_t kind, uintptr_t lock, uint32_t mode) {
    if (kind == EV_WAIT_PTHREAD_ONCE) {
        return once_is_under_way((const void *)lock);
    }
    if (kind == EV_WAIT_CXA_GUARD) {
        return guard_is_under_way((const void *)lock);
    }
    if (kind == EV_WAIT_FLOCKFILE) {
        return streamlock_is_of(thread, lock);
    }
    if (omp_lock_is_for(kind)) {
        return omp_lock_is_taken(lock);
    }
    if (kind == EV_WAIT_PTHREAD_MUTEX) {
        uint32_t owner = (uint32_t)((const pthread_mutex_t *)lock)->__data.__owner;
        return thread != 0 ? owner == thread : owner != 0;
    }
    const pthread_rwlock_t *rwlock = (const pthread_rwlock_t *)lock;
    if ((mode & EV_LOCK_READ) != 0) {
        return rwlock->__data.__readers >> READERS_SHIFT != 0;
    }
    uint32_t writer = (uint32_t)rwlock->__data.__cur_writer;
    return thread != 0 ? writer == thread : writer != 0;
}

/* Those of a runtime, besides; false: it is not quiet. One that a goroutine keeps in a wait of its own is awake. */
static bool add_runtime(const struct det_threads *waiting, uint32_t *n) {
    bool (*is_quiet)(struct ev_quiet *) = __atomic_load_n(&front.is_quiet, __ATOMIC_ACQUIRE);
    struct ev_quiet quiet = {0};
    if (is_quiet == NULL) {
        return true;
    }
    if (!is_quiet(&quiet)) {
        return false;
    }
    bool counted_twice = quiet.has_initial && waiting->initial;
    *n += quiet.threads - counted_twice;
    return quiet.awake == waiting->goroutines + (counted_twice && waiting->initial_sleeps);
}

bool deadlock_has_threads(const struct det_threads *waiting) {
    uint32_t n = waiting->n;
    if (__atomic_load_n(&front.shares_memory, __ATOMIC_RELAXED) || !add_runtime(waiting, &n)) {
        return false;
    }
    char text[1024];
    if (read_start("/proc/self/stat", text, sizeof text) <= 0) {
        return false;
    }
    uint32_t threads = 0;
    for (const char *at = stat_field(text, 20); *at >= '0' && *at <= '9'; at++) {
        threads = threads * 10 + (uint32_t)(*at - '0');
    }
    bool main_is_over = *stat_field(text, 3) == 'Z'; /* it stays until the others have ended */
    return threads == n + 1 + main_is_over;
}
