/* Rule    rows.wide  [HB-C11-02, HB-C11-04, HB-AT-03]
 * Expect  rows
 * Why     atomics of 16 bytes, and those of sizes that only libatomic knows.
 */
#include "rows.h"

#include <stdatomic.h>

typedef unsigned __int128 word16;
struct two {
    uint64_t a, b;
};
struct three {
    uint64_t a, b, c;
};
struct odd {
    char of[3];
};

/* One task writes x and publishes by `publish`; main consumes by `consume` and writes x. */
#define WIDE(row, type, publish, consume)                                                          \
    _Atomic type row##_state;                                                                      \
    int row##_x;                                                                                   \
    PART(row##_publisher) {                                                                        \
        _Atomic type *s = &row##_state;                                                            \
        type value, other;                                                                         \
        memset(&value, 1, sizeof value);                                                           \
        memset(&other, 0, sizeof other);                                                           \
        row##_x = 1;                                                                               \
        publish;                                                                                   \
        SHOW(value);                                                                               \
        SHOW(other);                                                                               \
        mark(1);                                                                                   \
    }                                                                                              \
    ROW(row) {                                                                                     \
        _Atomic type *s = &row##_state;                                                            \
        type value, other;                                                                         \
        memset(&value, 2, sizeof value);                                                           \
        memset(&other, 9, sizeof other);                                                           \
        task(row##_publisher, NULL);                                                               \
        await(1);                                                                                  \
        consume;                                                                                   \
        SHOW(value);                                                                               \
        SHOW(other);                                                                               \
        row##_x = 2;                                                                               \
    }
#define STORE(order) atomic_store_explicit(s, value, memory_order_##order)
#define LOAD(order)  value = atomic_load_explicit(s, memory_order_##order)
#define SWAP(order)  other = atomic_exchange_explicit(s, value, memory_order_##order)
#define CAS(done, failed)                                                                          \
    atomic_compare_exchange_strong_explicit(s, &other, value, memory_order_##done,                 \
                                            memory_order_##failed)
/* clang-format off */
WIDE(NoRaceSixteen, word16, STORE(release), LOAD(acquire))
WIDE(RaceSixteenRelaxedStore, word16, STORE(relaxed), LOAD(acquire))
WIDE(RaceSixteenRelaxedLoad, word16, STORE(release), LOAD(relaxed))
WIDE(NoRaceSixteenExchange, word16, SWAP(acq_rel), SWAP(acq_rel))
WIDE(NoRaceSixteenCas, word16, CAS(release, relaxed), CAS(acq_rel, acquire))
WIDE(RaceSixteenCasRelaxed, word16, CAS(relaxed, relaxed), CAS(acq_rel, acquire))
WIDE(RaceSixteenCasFailedRelaxed, word16, CAS(release, relaxed), CAS(acq_rel, relaxed))
WIDE(NoRaceSixteenFences, word16, atomic_thread_fence(memory_order_release); STORE(relaxed), LOAD(relaxed); atomic_thread_fence(memory_order_acquire))
WIDE(NoRacePair, struct two, STORE(release), LOAD(acquire))
WIDE(RacePairRelaxed, struct two, STORE(relaxed), LOAD(acquire))
WIDE(NoRaceThree, struct three, STORE(release), LOAD(acquire))
WIDE(RaceThreeRelaxedStore, struct three, STORE(relaxed), LOAD(acquire))
WIDE(RaceThreeRelaxedLoad, struct three, STORE(release), LOAD(relaxed))
WIDE(NoRaceThreeExchange, struct three, SWAP(release), SWAP(acquire))
WIDE(RaceThreeExchangeRelaxed, struct three, SWAP(relaxed), SWAP(acquire))
WIDE(NoRaceThreeCas, struct three, CAS(release, relaxed), CAS(acq_rel, acquire))
WIDE(RaceThreeCasFailedRelaxed, struct three, CAS(release, relaxed), CAS(acq_rel, relaxed))
WIDE(NoRaceOddSize, struct odd, STORE(release), LOAD(acquire))
WIDE(RaceOddSizeRelaxed, struct odd, STORE(relaxed), LOAD(acquire))
/* clang-format on */

/* -- beside plain accesses -- */

_Atomic word16 sixteen;
_Atomic struct three three;
FIRST(RaceSixteenAndPlain) {
    atomic_store_explicit(&sixteen, 1, memory_order_relaxed);
}
SECOND(RaceSixteenAndPlain) {
    USE(((char *)&sixteen)[15]);
}
FIRST(RaceThreeAndPlain) {
    struct three value = {1, 2, 3};
    atomic_store_explicit(&three, value, memory_order_relaxed);
}
SECOND(RaceThreeAndPlain) {
    USE(((char *)&three)[23]);
}
