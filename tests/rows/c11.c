/* Rule    rows.c11  [HB-C11-02, HB-C11-03, HB-C11-04, HB-C11-05, C11 5.1.2.4, 7.17]
 * Expect  rows
 * Why     litmus programs of C11's memory model: each publication beside one that lacks a word.
 */
#include "rows.h"

#include <stdatomic.h>

/* One task writes x and does `publish`; another, when that has happened, does `consume` and writes x.
 * s, r are atomics of the row, and so are s's relatives. `between` is a third task, or nothing. */
struct litmus {
    int x, y;
    _Atomic int s, r;
    _Atomic int64_t s64;
    _Atomic uint8_t s8[4];
    atomic_flag flag;
    _Atomic(int *) p;
};
#define LITMUS(row, publish, consume) CHAIN(row, publish, (void)s, consume)
#define CHAIN(row, publish, between, consume)                                                      \
    struct litmus row##_state;                                                                     \
    PART(row##_publisher) {                                                                        \
        struct litmus *s = &row##_state;                                                           \
        s->x = 1;                                                                                  \
        publish;                                                                                   \
        mark(1);                                                                                   \
    }                                                                                              \
    PART(row##_between) {                                                                          \
        struct litmus *s = &row##_state;                                                           \
        await(1);                                                                                  \
        between;                                                                                   \
        mark(2);                                                                                   \
    }                                                                                              \
    ROW(row) {                                                                                     \
        struct litmus *s = &row##_state;                                                           \
        task(row##_publisher, NULL);                                                               \
        task(row##_between, NULL);                                                                 \
        await(2);                                                                                  \
        consume;                                                                                   \
        s->x = 2;                                                                                  \
    }

#define RELAXED memory_order_relaxed
#define CONSUME memory_order_consume
#define ACQUIRE memory_order_acquire
#define RELEASE memory_order_release
#define ACQ_REL memory_order_acq_rel
#define SEQ_CST memory_order_seq_cst

#define store(object, value, order) atomic_store_explicit(&s->object, value, order)
#define load(object, order)         USE(atomic_load_explicit(&s->object, order))
#define swap(object, value, order)  USE(atomic_exchange_explicit(&s->object, value, order))
#define add(object, value, order)   USE(atomic_fetch_add_explicit(&s->object, value, order))
#define fence(order)                atomic_thread_fence(order)

static bool cas(_Atomic int *p, int from, int to, memory_order done, memory_order failed) {
    return atomic_compare_exchange_strong_explicit(p, &from, to, done, failed);
}
/* The weak form may fail without a cause: again, until it did what the row is about. */
static void weak_cas(_Atomic int *p, int from, int to, memory_order done, memory_order failed) {
    int seen = from;
    while (!atomic_compare_exchange_weak_explicit(p, &seen, to, done, failed) && seen == from) {
    }
}

/* clang-format off */
/* -- message passing: which orders make the edge -- */
LITMUS(NoRaceReleaseAcquire, store(s, 1, RELEASE), load(s, ACQUIRE))
LITMUS(NoRaceSeqCst, store(s, 1, SEQ_CST), load(s, SEQ_CST))
LITMUS(NoRaceReleaseConsume, store(s, 1, RELEASE), load(s, CONSUME))
LITMUS(NoRaceReleaseSeqCst, store(s, 1, RELEASE), load(s, SEQ_CST))
LITMUS(RaceRelaxedAcquire, store(s, 1, RELAXED), load(s, ACQUIRE))
LITMUS(RaceReleaseRelaxed, store(s, 1, RELEASE), load(s, RELAXED))
LITMUS(RaceRelaxedRelaxed, store(s, 1, RELAXED), load(s, RELAXED))
LITMUS(RaceOtherObject, store(s, 1, RELEASE), load(r, ACQUIRE))
LITMUS(RaceRelaxedSeqCst, store(s, 1, RELAXED), load(s, SEQ_CST))
/* The value read counts, not the order in time: main reads before anything was stored. */
LITMUS(RaceReadsInitialValue, (void)s, load(s, ACQUIRE))
/* Two steps, through two objects. */
CHAIN(NoRaceTransitive, store(s, 1, RELEASE), load(s, ACQUIRE); store(r, 1, RELEASE), load(r, ACQUIRE))
CHAIN(RaceTransitiveRelaxedStep, store(s, 1, RELEASE), load(s, RELAXED); store(r, 1, RELEASE), load(r, ACQUIRE))
CHAIN(RaceTransitiveSecondStep, store(s, 1, RELEASE), load(s, ACQUIRE); store(r, 1, RELAXED), load(r, ACQUIRE))
/* -- every read-modify-write and order -- */
LITMUS(NoRaceExchangeRelease, swap(s, 1, RELEASE), load(s, ACQUIRE))
LITMUS(RaceExchangeAcquire, swap(s, 1, ACQUIRE), load(s, ACQUIRE))
LITMUS(NoRaceExchangeAcqRel, swap(s, 1, ACQ_REL), swap(s, 2, ACQ_REL))
LITMUS(RaceExchangeReleaseOnly, swap(s, 1, ACQ_REL), swap(s, 2, RELEASE))
LITMUS(NoRaceAddRelease, add(s, 1, RELEASE), add(s, 1, ACQUIRE))
LITMUS(RaceAddRelaxed, add(s, 1, RELAXED), add(s, 1, ACQUIRE))
LITMUS(NoRaceSubAcqRel, USE(atomic_fetch_sub_explicit(&s->s, 1, ACQ_REL)), load(s, ACQUIRE))
LITMUS(NoRaceAndRelease, USE(atomic_fetch_and_explicit(&s->s, 1, RELEASE)), load(s, ACQUIRE))
LITMUS(NoRaceOrRelease, USE(atomic_fetch_or_explicit(&s->s, 1, RELEASE)), load(s, ACQUIRE))
LITMUS(NoRaceXorRelease, USE(atomic_fetch_xor_explicit(&s->s, 1, RELEASE)), load(s, ACQUIRE))
LITMUS(RaceOrRelaxed, USE(atomic_fetch_or_explicit(&s->s, 1, RELAXED)), load(s, ACQUIRE))
LITMUS(NoRaceOperators, s->s++, USE(s->s--))
LITMUS(NoRaceCompoundAssignment, s->s += 2, USE(s->s))
LITMUS(NoRaceNandRelease, USE(__atomic_fetch_nand((int *)&s->s, 1, __ATOMIC_RELEASE)), load(s, ACQUIRE))
LITMUS(NoRaceBytes, store(s8[1], 1, RELEASE), load(s8[1], ACQUIRE))
LITMUS(RaceOtherByte, store(s8[1], 1, RELEASE), load(s8[2], ACQUIRE))
LITMUS(NoRaceEightBytes, store(s64, 1, RELEASE), load(s64, ACQUIRE))
LITMUS(NoRacePointer, store(p, &s->x, RELEASE), USE(*atomic_load_explicit(&s->p, CONSUME)))
/* -- release sequences: who may stand between the release and the acquire -- */
CHAIN(NoRaceSequenceRelaxedAdd, store(s, 1, RELEASE), add(s, 1, RELAXED), load(s, ACQUIRE))
CHAIN(NoRaceSequenceAcquireAdd, store(s, 1, RELEASE), add(s, 1, ACQUIRE), load(s, ACQUIRE))
CHAIN(NoRaceSequenceReleaseAdd, store(s, 1, RELEASE), add(s, 1, RELEASE), load(s, ACQUIRE))
CHAIN(NoRaceSequenceExchange, store(s, 1, RELEASE), swap(s, 7, RELAXED), load(s, ACQUIRE))
CHAIN(NoRaceSequenceCas, store(s, 1, RELEASE), cas(&s->s, 1, 2, RELAXED, RELAXED), load(s, ACQUIRE))
CHAIN(NoRaceSequenceFailedCas, store(s, 1, RELEASE), cas(&s->s, 9, 2, RELAXED, RELAXED), load(s, ACQUIRE))
CHAIN(NoRaceSequenceOwnRelaxedStore, store(s, 1, RELEASE); store(s, 2, RELAXED), (void)s, load(s, ACQUIRE))
CHAIN(NoRaceSequenceLongChain, store(s, 1, RELEASE); add(s, 1, RELAXED), add(s, 1, RELAXED); add(s, 1, RELAXED); swap(s, 1, RELAXED), add(s, 1, ACQUIRE))
CHAIN(RaceSequenceForeignRelaxedStore, store(s, 1, RELEASE), store(s, 2, RELAXED), load(s, ACQUIRE))
CHAIN(RaceSequenceForeignReleaseStore, store(s, 1, RELEASE), store(s, 2, RELEASE), load(s, ACQUIRE))
CHAIN(RaceSequenceForeignSeqCstStore, store(s, 1, SEQ_CST), store(s, 2, SEQ_CST), load(s, SEQ_CST))
CHAIN(RaceSequenceRelaxedHead, store(s, 1, RELAXED), add(s, 1, RELEASE), load(s, ACQUIRE))
CHAIN(RaceSequenceAddOnBroken, store(s, 1, RELEASE), store(s, 2, RELAXED); add(s, 1, RELAXED), load(s, ACQUIRE))
CHAIN(NoRaceSequenceForeignStoreAfterAcquire, store(s, 1, RELEASE), load(s, ACQUIRE); store(s, 2, RELEASE), load(s, ACQUIRE))
/* What comes after the release is not in it, although the sequence goes on. */
CHAIN(RaceSequenceOwnLaterWrite, s->x = 0; store(s, 1, RELEASE); s->x = 3; store(s, 2, RELAXED), (void)s, load(s, ACQUIRE))
/* -- compare and exchange: two orders -- */
LITMUS(NoRaceCasRelease, cas(&s->s, 0, 1, RELEASE, RELAXED), load(s, ACQUIRE))
LITMUS(NoRaceCasAcquire, store(s, 1, RELEASE), cas(&s->s, 1, 2, ACQUIRE, RELAXED))
LITMUS(RaceCasReleaseOnly, store(s, 1, RELEASE), cas(&s->s, 1, 2, RELEASE, RELAXED))
LITMUS(NoRaceCasFailedAcquire, store(s, 1, RELEASE), cas(&s->s, 9, 2, ACQ_REL, ACQUIRE))
LITMUS(RaceCasFailedRelaxed, store(s, 1, RELEASE), cas(&s->s, 9, 2, ACQ_REL, RELAXED))
LITMUS(NoRaceCasFailedSeqCst, store(s, 1, RELEASE), cas(&s->s, 9, 2, SEQ_CST, SEQ_CST))
LITMUS(RaceCasFailedPublishesNothing, cas(&s->s, 9, 2, SEQ_CST, SEQ_CST), load(s, ACQUIRE))
LITMUS(RaceCasAcquirePublishesNothing, cas(&s->s, 0, 1, ACQUIRE, ACQUIRE), load(s, ACQUIRE))
LITMUS(NoRaceWeakCas, weak_cas(&s->s, 0, 1, RELEASE, RELAXED), weak_cas(&s->s, 1, 2, ACQUIRE, RELAXED))
LITMUS(RaceWeakCasRelaxed, weak_cas(&s->s, 0, 1, RELAXED, RELAXED), weak_cas(&s->s, 1, 2, ACQUIRE, RELAXED))
LITMUS(NoRaceWeakCasFailedAcquire, store(s, 1, RELEASE), weak_cas(&s->s, 9, 2, RELAXED, ACQUIRE))
/* -- fences: each alone, both, and where they stand -- */
LITMUS(NoRaceReleaseFence, fence(RELEASE); store(s, 1, RELAXED), load(s, ACQUIRE))
LITMUS(NoRaceAcquireFence, store(s, 1, RELEASE), load(s, RELAXED); fence(ACQUIRE))
LITMUS(NoRaceBothFences, fence(RELEASE); store(s, 1, RELAXED), load(s, RELAXED); fence(ACQUIRE))
LITMUS(NoRaceAcqRelFences, fence(ACQ_REL); store(s, 1, RELAXED), load(s, RELAXED); fence(ACQ_REL))
LITMUS(NoRaceSeqCstFences, fence(SEQ_CST); store(s, 1, RELAXED), load(s, RELAXED); fence(SEQ_CST))
LITMUS(NoRaceFenceConsume, fence(RELEASE); store(s, 1, RELAXED), load(s, RELAXED); fence(CONSUME))
LITMUS(NoRaceReleaseFenceAdd, fence(RELEASE); add(s, 1, RELAXED), add(s, 1, RELAXED); fence(ACQUIRE))
LITMUS(NoRaceReleaseFenceCas, fence(RELEASE); cas(&s->s, 0, 1, RELAXED, RELAXED), load(s, ACQUIRE))
LITMUS(NoRaceAcquireFenceCasFailed, store(s, 1, RELEASE), cas(&s->s, 9, 1, RELAXED, RELAXED); fence(ACQUIRE))
LITMUS(RaceReleaseFenceAfterStore, store(s, 1, RELAXED); fence(RELEASE), load(s, ACQUIRE))
LITMUS(RaceAcquireFenceBeforeLoad, store(s, 1, RELEASE), fence(ACQUIRE); load(s, RELAXED))
LITMUS(RaceAcquireFenceInPublisher, fence(ACQUIRE); store(s, 1, RELAXED), load(s, ACQUIRE))
LITMUS(RaceReleaseFenceInConsumer, store(s, 1, RELEASE), load(s, RELAXED); fence(RELEASE))
LITMUS(RaceFencesAlone, fence(SEQ_CST), fence(SEQ_CST))
LITMUS(RaceRelaxedFences, fence(RELAXED); store(s, 1, RELAXED), load(s, ACQUIRE))
LITMUS(RaceSignalFences, atomic_signal_fence(SEQ_CST); store(s, 1, RELAXED), load(s, RELAXED); atomic_signal_fence(SEQ_CST))
LITMUS(RaceFenceOtherObject, fence(RELEASE); store(s, 1, RELAXED), load(r, RELAXED); fence(ACQUIRE))
/* One fence serves all stores that follow, and all loads that precede. */
LITMUS(NoRaceFenceManyStores, fence(RELEASE); store(r, 1, RELAXED); store(s, 1, RELAXED), load(s, RELAXED); load(r, RELAXED); fence(ACQUIRE))
/* A fence does not cover what comes between it and the store. */
LITMUS(RaceWriteAfterFence, fence(RELEASE); s->x = 3; store(s, 1, RELAXED), load(s, ACQUIRE))
CHAIN(NoRaceFenceSequence, fence(RELEASE); store(s, 1, RELAXED), add(s, 1, RELAXED), load(s, RELAXED); fence(ACQUIRE))
CHAIN(RaceFenceSequenceBroken, fence(RELEASE); store(s, 1, RELAXED), store(s, 2, RELAXED), load(s, RELAXED); fence(ACQUIRE))
CHAIN(NoRaceFenceRelay, fence(RELEASE); store(s, 1, RELAXED), load(s, RELAXED); fence(ACQ_REL); store(r, 1, RELAXED), load(r, RELAXED); fence(ACQUIRE))
CHAIN(RaceFenceRelayOneSided, fence(RELEASE); store(s, 1, RELAXED), load(s, RELAXED); fence(RELEASE); store(r, 1, RELAXED), load(r, RELAXED); fence(ACQUIRE))
/* -- flags -- */
LITMUS(NoRaceFlag, atomic_flag_clear_explicit(&s->flag, RELEASE), USE(atomic_flag_test_and_set_explicit(&s->flag, ACQUIRE)))
LITMUS(NoRaceFlagDefault, USE(atomic_flag_test_and_set(&s->flag)), USE(atomic_flag_test_and_set(&s->flag)))
LITMUS(RaceFlagRelaxedClear, atomic_flag_clear_explicit(&s->flag, RELAXED), USE(atomic_flag_test_and_set_explicit(&s->flag, ACQUIRE)))
LITMUS(RaceFlagRelaxedTest, atomic_flag_clear_explicit(&s->flag, RELEASE), USE(atomic_flag_test_and_set_explicit(&s->flag, RELAXED)))
/* -- older forms -- */
LITMUS(NoRaceSyncBuiltin, __sync_fetch_and_add((int *)&s->s, 1), __sync_fetch_and_add((int *)&s->s, 1))
LITMUS(NoRaceSyncLockRelease, __sync_lock_release((int *)&s->s), USE(__sync_lock_test_and_set((int *)&s->s, 1)))
LITMUS(NoRaceSyncSynchronize, __sync_synchronize(); store(s, 1, RELAXED), load(s, RELAXED); __sync_synchronize())
LITMUS(NoRaceSyncBoolCas, USE(__sync_bool_compare_and_swap((int *)&s->s, 0, 1)), USE(__sync_val_compare_and_swap((int *)&s->s, 1, 2)))
/* clang-format on */

/* -- store buffering and its relatives order nothing: the data race is there in every outcome -- */

struct litmus buffering;
FIRST(RaceStoreBuffering) {
    struct litmus *s = &buffering;
    s->x = 1;
    store(s, 1, SEQ_CST);
    load(r, SEQ_CST);
}
SECOND(RaceStoreBuffering) {
    struct litmus *s = &buffering;
    store(r, 1, SEQ_CST);
    s->x = 2;
}

/* -- a spin lock of atomics, and one that forgets a word -- */

struct litmus locked, half_locked;
FIRST(NoRaceHandMadeLock) {
    while (atomic_flag_test_and_set_explicit(&locked.flag, ACQUIRE)) {
    }
    locked.y++;
    atomic_flag_clear_explicit(&locked.flag, RELEASE);
}
SECOND(NoRaceHandMadeLock) {
    while (atomic_flag_test_and_set_explicit(&locked.flag, ACQUIRE)) {
    }
    locked.y++;
    atomic_flag_clear_explicit(&locked.flag, RELEASE);
}
FIRST(RaceHandMadeLockRelaxed) {
    while (atomic_flag_test_and_set_explicit(&half_locked.flag, ACQUIRE)) {
    }
    half_locked.y++;
    atomic_flag_clear_explicit(&half_locked.flag, RELAXED);
}
SECOND(RaceHandMadeLockRelaxed) {
    while (atomic_flag_test_and_set_explicit(&half_locked.flag, ACQUIRE)) {
    }
    half_locked.y++;
    atomic_flag_clear_explicit(&half_locked.flag, RELAXED);
}
