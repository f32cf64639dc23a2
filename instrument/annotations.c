/* annotations.c - what programs say of their own synchronisation: the calls of
 * <sanitizer/tsan_interface.h> and the Annotate functions of dynamic annotations.
 *
 * Locks    An annotated lock is a key and nothing else: it may be any address, whose bytes the
 *          program may read and write as it likes, so no operation is an access to it. As with a
 *          pthread one, letting go publishes before and taking receives after; readers publish into
 *          a second key. Inner levels of a recursive lock publish too, which adds no order: nobody
 *          else can take it before the outermost is let go.
 *          The order of locks (detector/must.h) takes what is learned by an annotated one for certain, not for an order in
 *          which it could have been taken otherwise: taking it may be to wait for what it guards (LockWhen of
 *          absl::Mutex), and its conditions are the program's own, so that nobody tells when it was let go to wait.
 *          Who has taken two of them in different orders one after the other is not told.
 * Inside   Between pre_ and post_ the lock's own code runs: neither its accesses nor its
 *          synchronisation count. pre_divert and post_divert put that off for a callback.
 * Silent   What says nothing about order (condition variables, queues, publishing, tracing) does
 *          nothing here, as in ThreadSanitizer. A condition variable orders by its mutex alone.
 * Zone     SYNC.
 */
#include "instrument/annotations.h"

#include "instrument/hook.h"
#include "instrument/unchecked.h"

/* Flags of <sanitizer/tsan_interface.h>. */
enum mutex_flags {
    READ_LOCK = 1 << 3,
    TRY_LOCK = 1 << 4,
    TRY_FAILED = 1 << 5,
    UNLOCK_ALL = 1 << 7
};

/* Added to an address: above those of event.h, which are for I/O. */
#define OWN_KEY     ((uintptr_t)4 << 60)
#define READERS_KEY ((uintptr_t)5 << 60)

static uint32_t mode_of(unsigned flags) {
    return (flags & READ_LOCK ? EV_LOCK_READ : EV_LOCK_WRITE) |
           (flags & TRY_LOCK ? EV_LOCK_TRY : 0);
}

static void create(enum ev_object_kind kind, uintptr_t lock, uintptr_t pc) {
    struct det_task *t = event_enter();
    if (t != NULL) {
        annotation_forget(t, lock, 1);
        det_object_new(t, kind, lock, 1, pc);
        event_leave();
    }
}

static void destroy(uintptr_t lock) {
    struct det_task *t = event_enter();
    if (t != NULL) {
        annotation_forget(t, lock, 1);
        event_leave();
    }
}

static void release(struct det_task *t, uintptr_t key) {
    if (UNLIKELY(!front.annotated)) {
        __atomic_store_n(&front.annotated, true, __ATOMIC_RELAXED); /* only ever set */
    }
    det_release_merge(t, key);
}

static void taken(uintptr_t lock, uint32_t mode, uintptr_t pc) {
    struct det_task *t = event_enter();
    if (t == NULL) {
        return;
    }
    if (!ignores_sync()) {
        det_acquire(t, OWN_KEY + lock);
        if ((mode & EV_LOCK_READ) == 0) {
            det_acquire(t, READERS_KEY + lock);
        }
    }
    det_lock_acquired(t, lock, mode, pc);
    event_leave();
}

static void leaving(uintptr_t lock, uint32_t mode) {
    struct det_task *t = event_enter();
    if (t == NULL) {
        return;
    }
    det_lock_released(t, lock, mode);
    if (!ignores_sync()) {
        release(t, ((mode & EV_LOCK_READ) != 0 ? READERS_KEY : OWN_KEY) + lock);
    }
    event_leave();
}

void annotation_publish(uintptr_t addr) {
    struct det_task *t = ignores_sync() ? NULL : event_enter();
    if (t != NULL) {
        release(t, addr);
        release(t, OWN_KEY + addr);
        event_leave();
    }
}

void annotation_receive(uintptr_t addr) {
    struct det_task *t = ignores_sync() ? NULL : event_enter();
    if (t != NULL) {
        det_acquire(t, addr);
        det_acquire(t, OWN_KEY + addr);
        event_leave();
    }
}

void annotation_forget(struct det_task *t, uintptr_t addr, size_t size) {
    if (UNLIKELY(__atomic_load_n(&front.annotated, __ATOMIC_RELAXED))) {
        det_object_destroy(t, OWN_KEY + addr, size);
        det_object_destroy(t, READERS_KEY + addr, size);
    }
}

/* -- by <sanitizer/tsan_interface.h> --------------------------------------------------------- */

HOOK(void, acquire, uintptr_t sync) {
    annotation_receive(sync);
}

HOOK(void, release, uintptr_t sync) {
    annotation_publish(sync);
}

HOOK(void, mutex_create, uintptr_t lock, unsigned flags) {
    (void)flags;
    create(EV_OBJECT_MUTEX, lock, CALLER_PC);
}

HOOK(void, mutex_destroy, uintptr_t lock, unsigned flags) {
    (void)flags;
    destroy(lock);
}

HOOK(void, mutex_pre_lock, uintptr_t lock, unsigned flags) {
    (void)lock, (void)flags;
    unchecked_begin(IGNORE_ALL);
}

HOOK(void, mutex_post_lock, uintptr_t lock, unsigned flags, int recursion) {
    (void)recursion;
    unchecked_end(IGNORE_ALL);
    if ((flags & TRY_FAILED) == 0) {
        taken(lock, mode_of(flags), CALLER_PC);
    }
}

/* What it returns is only handed back to post_lock, as the number of levels to take again. */
HOOK(int, mutex_pre_unlock, uintptr_t lock, unsigned flags) {
    leaving(lock, mode_of(flags));
    unchecked_begin(IGNORE_ALL);
    return (flags & UNLOCK_ALL) != 0;
}

HOOK(void, mutex_post_unlock, uintptr_t lock, unsigned flags) {
    (void)lock, (void)flags;
    unchecked_end(IGNORE_ALL);
}

HOOK(void, mutex_pre_signal, uintptr_t lock, unsigned flags) {
    (void)lock, (void)flags;
    unchecked_begin(IGNORE_ALL);
}

HOOK(void, mutex_post_signal, uintptr_t lock, unsigned flags) {
    (void)lock, (void)flags;
    unchecked_end(IGNORE_ALL);
}

HOOK(void, mutex_pre_divert, uintptr_t lock, unsigned flags) {
    (void)lock, (void)flags;
    unchecked_end(IGNORE_ALL);
}

HOOK(void, mutex_post_divert, uintptr_t lock, unsigned flags) {
    (void)lock, (void)flags;
    unchecked_begin(IGNORE_ALL);
}

/* Accesses by libraries to objects of theirs that have one name for all: one byte stands for each. */
HOOK(void *, external_register_tag, const char *type) {
    return (void *)(uintptr_t)type;
}

HOOK(void, external_register_header, void *tag, const char *header) {
    (void)tag, (void)header;
}

HOOK(void, external_assign_tag, void *object, void *tag) {
    (void)object, (void)tag;
}

HOOK(void, external_read, uintptr_t object, uintptr_t pc, void *tag) {
    (void)tag;
    hook_report(object, 1, EV_READ, pc);
}

HOOK(void, external_write, uintptr_t object, uintptr_t pc, void *tag) {
    (void)tag;
    hook_report(object, 1, EV_WRITE, pc);
}

HOOK(void, flush_memory, void) {
}

/* -- dynamic annotations --------------------------------------------------------------------- */

/* All begin with the place of the annotation, which the pc says as well. */
#define ANNOTATION(name, ...)                                                                      \
    HOOK(void, Annotate##name, const char *file __attribute__((unused)),                           \
         int line __attribute__((unused)), ##__VA_ARGS__)

ANNOTATION(HappensBefore, uintptr_t sync) {
    annotation_publish(sync);
}

ANNOTATION(HappensAfter, uintptr_t sync) {
    annotation_receive(sync);
}

ANNOTATION(RWLockCreate, uintptr_t lock) {
    create(EV_OBJECT_RWMUTEX, lock, CALLER_PC);
}

ANNOTATION(RWLockCreateStatic, uintptr_t lock) {
    create(EV_OBJECT_RWMUTEX, lock, CALLER_PC);
}

ANNOTATION(RWLockDestroy, uintptr_t lock) {
    destroy(lock);
}

ANNOTATION(RWLockAcquired, uintptr_t lock, uintptr_t writes) {
    taken(lock, writes != 0 ? EV_LOCK_WRITE : EV_LOCK_READ, CALLER_PC);
}

ANNOTATION(RWLockReleased, uintptr_t lock, uintptr_t writes) {
    leaving(lock, writes != 0 ? EV_LOCK_WRITE : EV_LOCK_READ);
}

ANNOTATION(IgnoreReadsBegin) {
    unchecked_begin(IGNORE_READS);
}

ANNOTATION(IgnoreReadsEnd) {
    unchecked_end(IGNORE_READS);
}

ANNOTATION(IgnoreWritesBegin) {
    unchecked_begin(IGNORE_WRITES);
}

ANNOTATION(IgnoreWritesEnd) {
    unchecked_end(IGNORE_WRITES);
}

ANNOTATION(IgnoreSyncBegin) {
    unchecked_begin(IGNORE_SYNC);
}

ANNOTATION(IgnoreSyncEnd) {
    unchecked_end(IGNORE_SYNC);
}

/* Of an unknown size: the eight bytes that a word may have, as ThreadSanitizer takes it. */
ANNOTATION(BenignRace, uintptr_t addr) {
    benign_begin(addr, 8);
}

ANNOTATION(BenignRaceSized, uintptr_t addr, size_t size) {
    benign_begin(addr, size);
}

ANNOTATION(ThreadName, const char *name) {
    struct det_task *t = event_enter();
    if (t != NULL) {
        det_task_note(t, EV_NOTE_NAME, name);
        event_leave();
    }
}

/* An allocator of the program's own gives the memory out: what others did with it is the past. */
ANNOTATION(NewMemory, uintptr_t addr, size_t size) {
    struct det_task *t = size != 0 ? event_enter() : NULL;
    if (t != NULL) {
        benign_end(addr, size);
        annotation_forget(t, addr, size);
        det_memory_forget(addr, size);
        event_leave();
    }
}

#define SILENT(name)                                                                               \
    ANNOTATION(name) {                                                                             \
    }
SILENT(CondVarSignal)
SILENT(CondVarSignalAll)
SILENT(CondVarWait)
SILENT(MutexIsNotPHB)
SILENT(MutexIsUsedAsCondVar)
SILENT(PCQCreate)
SILENT(PCQDestroy)
SILENT(PCQPut)
SILENT(PCQGet)
SILENT(PublishMemoryRange)
SILENT(UnpublishMemoryRange)
SILENT(TraceMemory)
SILENT(FlushState)
SILENT(EnableRaceDetection)
SILENT(MemoryIsInitialized)
SILENT(MemoryIsUninitialized)
SILENT(ExpectRace)
SILENT(FlushExpectedRaces)
SILENT(NoOp)

/* -- WebKit's names --------------------------------------------------------------------------- */

HOOK(void, WTFAnnotateHappensBefore, const char *file, int line, uintptr_t sync) {
    (void)file, (void)line;
    annotation_publish(sync);
}

HOOK(void, WTFAnnotateHappensAfter, const char *file, int line, uintptr_t sync) {
    (void)file, (void)line;
    annotation_receive(sync);
}

HOOK(void, WTFAnnotateBenignRaceSized, const char *file, int line, uintptr_t addr, size_t size) {
    (void)file, (void)line;
    benign_begin(addr, size);
}
