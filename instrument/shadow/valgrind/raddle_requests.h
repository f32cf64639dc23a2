/* raddle_requests.h - valgrind's client requests about threads, said to Raddle's detector instead.
 *
 * The originals are instructions that only valgrind understands. raddle-cc puts this directory before
 * all others where valgrind's headers are installed: helgrind.h and drd.h here include the real ones,
 * then these macros take the place of those that have a meaning for us. All others stay.
 *
 * Names    of functions are bound by label, so that no declaration of the program can disagree.
 * Nothing  VALGRIND_HG_BARRIER_*: it tells when a thread arrives, and never when one goes on.
 */
#ifndef RADDLE_SHADOW_REQUESTS_H
#define RADDLE_SHADOW_REQUESTS_H

#ifdef __cplusplus
extern "C" {
#endif
#define RDL__SAY(name, ...)                                                                        \
    extern void rdl__say_##name(const char *, int, ##__VA_ARGS__) __asm__("Annotate" #name)
RDL__SAY(HappensBefore, const volatile void *);
RDL__SAY(HappensAfter, const volatile void *);
RDL__SAY(RWLockCreate, const volatile void *);
RDL__SAY(RWLockDestroy, const volatile void *);
RDL__SAY(RWLockAcquired, const volatile void *, unsigned long);
RDL__SAY(RWLockReleased, const volatile void *, unsigned long);
RDL__SAY(BenignRaceSized, const volatile void *, unsigned long, const char *);
RDL__SAY(NewMemory, const volatile void *, unsigned long);
RDL__SAY(ThreadName, const char *);
RDL__SAY(IgnoreReadsBegin);
RDL__SAY(IgnoreReadsEnd);
RDL__SAY(IgnoreWritesBegin);
RDL__SAY(IgnoreWritesEnd);
#undef RDL__SAY
#ifdef __cplusplus
}
#endif

#define RDL__SAYS(name, ...)     rdl__say_##name(__FILE__, __LINE__, ##__VA_ARGS__)
#define RDL__SAYS_OF(name, p)    RDL__SAYS(name, (const volatile void *)(p))
#define RDL__SAYS_TO(name, p, n) RDL__SAYS(name, (const volatile void *)(p), (unsigned long)(n))

#endif

/* From here on once for each of the two headers, which define the same names. */
#undef ANNOTATE_HAPPENS_BEFORE
#define ANNOTATE_HAPPENS_BEFORE(obj) RDL__SAYS_OF(HappensBefore, obj)
#undef ANNOTATE_HAPPENS_AFTER
#define ANNOTATE_HAPPENS_AFTER(obj) RDL__SAYS_OF(HappensAfter, obj)
#undef ANNOTATE_HAPPENS_BEFORE_FORGET_ALL
#define ANNOTATE_HAPPENS_BEFORE_FORGET_ALL(obj) ((void)(obj))
#undef ANNOTATE_NEW_MEMORY
#define ANNOTATE_NEW_MEMORY(p, n) RDL__SAYS_TO(NewMemory, p, n)
#undef ANNOTATE_BENIGN_RACE
#define ANNOTATE_BENIGN_RACE(p, text)                                                              \
    RDL__SAYS(BenignRaceSized, (const volatile void *)(p), sizeof *(p), text)
#undef ANNOTATE_BENIGN_RACE_SIZED
#define ANNOTATE_BENIGN_RACE_SIZED(p, n, text)                                                     \
    RDL__SAYS(BenignRaceSized, (const volatile void *)(p), (unsigned long)(n), text)
#undef ANNOTATE_IGNORE_READS_BEGIN
#define ANNOTATE_IGNORE_READS_BEGIN() RDL__SAYS(IgnoreReadsBegin)
#undef ANNOTATE_IGNORE_READS_END
#define ANNOTATE_IGNORE_READS_END() RDL__SAYS(IgnoreReadsEnd)
#undef ANNOTATE_IGNORE_WRITES_BEGIN
#define ANNOTATE_IGNORE_WRITES_BEGIN() RDL__SAYS(IgnoreWritesBegin)
#undef ANNOTATE_IGNORE_WRITES_END
#define ANNOTATE_IGNORE_WRITES_END() RDL__SAYS(IgnoreWritesEnd)
#undef ANNOTATE_IGNORE_READS_AND_WRITES_BEGIN
#define ANNOTATE_IGNORE_READS_AND_WRITES_BEGIN()                                                   \
    (RDL__SAYS(IgnoreReadsBegin), RDL__SAYS(IgnoreWritesBegin))
#undef ANNOTATE_IGNORE_READS_AND_WRITES_END
#define ANNOTATE_IGNORE_READS_AND_WRITES_END()                                                     \
    (RDL__SAYS(IgnoreWritesEnd), RDL__SAYS(IgnoreReadsEnd))
#undef ANNOTATE_THREAD_NAME
#define ANNOTATE_THREAD_NAME(name) RDL__SAYS(ThreadName, name)
#undef ANNOTATE_RWLOCK_CREATE
#define ANNOTATE_RWLOCK_CREATE(l) RDL__SAYS_OF(RWLockCreate, l)
#undef ANNOTATE_RWLOCK_DESTROY
#define ANNOTATE_RWLOCK_DESTROY(l) RDL__SAYS_OF(RWLockDestroy, l)
#undef ANNOTATE_RWLOCK_ACQUIRED
#define ANNOTATE_RWLOCK_ACQUIRED(l, writes) RDL__SAYS_TO(RWLockAcquired, l, writes)
#undef ANNOTATE_RWLOCK_RELEASED
#define ANNOTATE_RWLOCK_RELEASED(l, writes) RDL__SAYS_TO(RWLockReleased, l, writes)
#undef ANNOTATE_SEM_WAIT_POST
#define ANNOTATE_SEM_WAIT_POST(s) RDL__SAYS_OF(HappensAfter, s)
#undef ANNOTATE_SEM_POST_PRE
#define ANNOTATE_SEM_POST_PRE(s) RDL__SAYS_OF(HappensBefore, s)
#undef ANNOTATE_BARRIER_WAIT_BEFORE
#define ANNOTATE_BARRIER_WAIT_BEFORE(b) RDL__SAYS_OF(HappensBefore, b)
#undef ANNOTATE_BARRIER_WAIT_AFTER
#define ANNOTATE_BARRIER_WAIT_AFTER(b) RDL__SAYS_OF(HappensAfter, b)
#undef DRD_STOP_IGNORING_VAR
#define DRD_STOP_IGNORING_VAR(x) RDL__SAYS_TO(NewMemory, &(x), sizeof(x))
#undef VALGRIND_HG_MUTEX_INIT_POST
#define VALGRIND_HG_MUTEX_INIT_POST(m, recursive) ((void)(recursive), RDL__SAYS_OF(RWLockCreate, m))
#undef VALGRIND_HG_MUTEX_LOCK_PRE
#define VALGRIND_HG_MUTEX_LOCK_PRE(m, tries) ((void)(m), (void)(tries))
#undef VALGRIND_HG_MUTEX_LOCK_POST
#define VALGRIND_HG_MUTEX_LOCK_POST(m) RDL__SAYS_TO(RWLockAcquired, m, 1)
#undef VALGRIND_HG_MUTEX_UNLOCK_PRE
#define VALGRIND_HG_MUTEX_UNLOCK_PRE(m) RDL__SAYS_TO(RWLockReleased, m, 1)
#undef VALGRIND_HG_MUTEX_UNLOCK_POST
#define VALGRIND_HG_MUTEX_UNLOCK_POST(m) ((void)(m))
#undef VALGRIND_HG_MUTEX_DESTROY_PRE
#define VALGRIND_HG_MUTEX_DESTROY_PRE(m) RDL__SAYS_OF(RWLockDestroy, m)
#undef VALGRIND_HG_SEM_WAIT_POST
#define VALGRIND_HG_SEM_WAIT_POST(s) RDL__SAYS_OF(HappensAfter, s)
#undef VALGRIND_HG_SEM_POST_PRE
#define VALGRIND_HG_SEM_POST_PRE(s) RDL__SAYS_OF(HappensBefore, s)
#undef VALGRIND_HG_CLEAN_MEMORY
#define VALGRIND_HG_CLEAN_MEMORY(p, n) RDL__SAYS_TO(NewMemory, p, n)
#undef VALGRIND_HG_DISABLE_CHECKING
#define VALGRIND_HG_DISABLE_CHECKING(p, n)                                                         \
    RDL__SAYS(BenignRaceSized, (const volatile void *)(p), (unsigned long)(n), "")
#undef VALGRIND_HG_ENABLE_CHECKING
#define VALGRIND_HG_ENABLE_CHECKING(p, n) RDL__SAYS_TO(NewMemory, p, n)
