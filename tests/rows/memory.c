/* Rule    rows.memory  [HB-M-06, HB-AT-03, HB-C11-05]
 * Expect  rows
 * Why     accesses of every shape: what overlaps races, what only lies side by side does not.
 */
#include "rows.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>

/* -- sizes and places: a write of `size` bytes at `at`, and another -- */

typedef uint16_t unaligned2 __attribute__((aligned(1), may_alias));
typedef uint32_t unaligned4 __attribute__((aligned(1), may_alias));
typedef uint64_t unaligned8 __attribute__((aligned(1), may_alias));
typedef unsigned __int128 word16 __attribute__((may_alias));
typedef unsigned __int128 unaligned16 __attribute__((aligned(1), may_alias));
#define PLACES(row, first_type, first_at, second_type, second_at)                                  \
    _Alignas(64) char row##_bytes[64];                                                             \
    FIRST(row) {                                                                                   \
        *(first_type *)(row##_bytes + (first_at)) = 1;                                             \
    }                                                                                              \
    SECOND(row) {                                                                                  \
        *(second_type *)(row##_bytes + (second_at)) = 2;                                           \
    }
// clang-format off
PLACES(NoRaceNeighbours, char, 3, char, 4)
PLACES(NoRaceBytesOfAWord, char, 0, char, 1)
PLACES(RaceByteInWord, char, 3, unaligned4, 0)
PLACES(NoRaceByteAfterWord, char, 4, unaligned4, 0)
PLACES(RaceByteInLong, char, 7, unaligned8, 0)
PLACES(NoRaceByteAfterLong, char, 8, unaligned8, 0)
PLACES(RaceSixteenAndLast, word16, 0, char, 15)
PLACES(NoRaceSixteenAndNext, word16, 0, char, 16)
PLACES(RaceSixteenAndMiddle, word16, 16, unaligned8, 20)
PLACES(RaceUnalignedTwo, unaligned2, 3, char, 4)
PLACES(NoRaceUnalignedTwo, unaligned2, 3, char, 5)
PLACES(RaceUnalignedFour, unaligned4, 14, char, 17)
PLACES(NoRaceUnalignedFour, unaligned4, 14, char, 18)
PLACES(RaceUnalignedEight, unaligned8, 13, unaligned8, 20)
PLACES(NoRaceUnalignedEight, unaligned8, 13, unaligned8, 21)
PLACES(RaceUnalignedSixteen, unaligned16, 9, char, 24)
PLACES(NoRaceUnalignedSixteen, unaligned16, 9, char, 25)
PLACES(RaceUnalignedEdges, unaligned4, 5, unaligned4, 8)
PLACES(NoRaceUnalignedEdges, unaligned4, 5, unaligned4, 9)
// clang-format on

/* -- ranges: large structs, and pieces of them -- */

struct page {
    char of[5000];
};
#define RANGES(row, at)                                                                            \
    struct page row##_to, row##_from;                                                              \
    char row##_after;                                                                              \
    FIRST(row) {                                                                                   \
        row##_to = row##_from;                                                                     \
    }                                                                                              \
    SECOND(row) {                                                                                  \
        at = 1;                                                                                    \
    }
// clang-format off
RANGES(RaceRangeFirst, RaceRangeFirst_to.of[0])
RANGES(RaceRangeLast, RaceRangeLast_to.of[4999])
RANGES(RaceRangeMiddle, RaceRangeMiddle_to.of[4096])
RANGES(RaceRangeSource, RaceRangeSource_from.of[4095])
RANGES(NoRaceRangeNext, NoRaceRangeNext_after)
// clang-format on
struct page ranges_from, ranges_to, ranges_other;
FIRST(RaceRangeAndRange) {
    memset(ranges_to.of + 100, 1, 3000);
}
SECOND(RaceRangeAndRange) {
    memset(ranges_to.of + 3099, 2, 100);
}
FIRST(NoRaceRangeAndRange) {
    memset(ranges_other.of + 100, 1, 3000);
}
SECOND(NoRaceRangeAndRange) {
    memset(ranges_other.of + 3100, 2, 100);
}
FIRST(NoRaceRangesRead) {
    memcpy(ranges_to.of + 4000, ranges_from.of, 500);
}
SECOND(NoRaceRangesRead) {
    memcpy(ranges_to.of + 4500, ranges_from.of, 500);
}

/* -- bit-fields, unions -- */

struct bits {
    unsigned a : 3, b : 5;
    unsigned : 0;
    unsigned c : 4;
} bits_one_unit, bits_apart;
FIRST(RaceBitFieldsOfOneUnit) {
    bits_one_unit.a = 1;
}
SECOND(RaceBitFieldsOfOneUnit) {
    bits_one_unit.b = 1;
}
FIRST(NoRaceBitFieldsApart) {
    bits_apart.a = 1;
}
SECOND(NoRaceBitFieldsApart) {
    bits_apart.c = 1;
}
union members {
    uint64_t whole;
    struct {
        uint32_t low, high;
    };
} members_race, members_apart;
FIRST(RaceUnionMembers) {
    members_race.whole = 1;
}
SECOND(RaceUnionMembers) {
    members_race.high = 2;
}
FIRST(NoRaceUnionMembers) {
    members_apart.low = 1;
}
SECOND(NoRaceUnionMembers) {
    members_apart.high = 2;
}
struct __attribute__((packed)) packed {
    char c;
    uint32_t n;
    char d;
} packed_race, packed_apart;
FIRST(RacePackedField) {
    packed_race.n = 1;
}
SECOND(RacePackedField) {
    USE(packed_race.n);
}
FIRST(NoRacePackedFields) {
    packed_apart.n = 1;
}
SECOND(NoRacePackedFields) {
    packed_apart.c = packed_apart.d = 2;
}

/* -- atomics beside plain accesses, of other sizes too; volatile is no atomic -- */

_Atomic uint64_t mixed_part, mixed_free, mixed_memset, mixed_copy, mixed_size, mixed_apart[2];
volatile int volatile_both;
FIRST(RaceAtomicAndPart) {
    atomic_store_explicit(&mixed_part, 1, memory_order_relaxed);
}
SECOND(RaceAtomicAndPart) {
    ((char *)&mixed_part)[5] = 1;
}
FIRST(RaceAtomicAndMemset) {
    atomic_fetch_add_explicit(&mixed_memset, 1, memory_order_relaxed);
}
SECOND(RaceAtomicAndMemset) {
    memset((void *)&mixed_memset, 0, sizeof mixed_memset);
}
FIRST(RaceAtomicAndCopy) {
    atomic_fetch_add_explicit(&mixed_copy, 1, memory_order_relaxed);
}
SECOND(RaceAtomicAndCopy) {
    uint64_t copy;
    memcpy(&copy, (void *)&mixed_copy, sizeof copy);
    SHOW(copy);
}
FIRST(NoRaceAtomicReadAndPlainRead) {
    USE(atomic_load_explicit(&mixed_free, memory_order_relaxed));
}
SECOND(NoRaceAtomicReadAndPlainRead) {
    USE(*(uint64_t *)&mixed_free);
}
FIRST(NoRaceAtomicsOfTwoSizes) {
    atomic_store_explicit(&mixed_size, 1, memory_order_relaxed);
}
SECOND(NoRaceAtomicsOfTwoSizes) {
    __atomic_store_n((uint32_t *)&mixed_size + 1, 2, __ATOMIC_RELAXED);
}
FIRST(NoRaceAtomicAndNeighbour) {
    atomic_store_explicit(&mixed_apart[0], 1, memory_order_relaxed);
}
SECOND(NoRaceAtomicAndNeighbour) {
    *(uint64_t *)&mixed_apart[1] = 1;
}
FIRST(RaceVolatile) {
    volatile_both = 1;
}
SECOND(RaceVolatile) {
    volatile_both = 2;
}
/* -- lives of heap blocks -- */

static int *block_of(int **place) {
    return *place;
}
__attribute__((constructor)) static void make_blocks(void);
int *freed_read, *freed_written, *freed_twice, *resized, *kept, *calloced;
static void make_blocks(void) {
    int **all[] = {&freed_read, &freed_written, &freed_twice, &resized, &kept, &calloced};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        *all[i] = calloc(16, sizeof(int));
    }
}
FIRST(RaceReadAndFree) {
    USE(block_of(&freed_read)[3]);
}
SECOND(RaceReadAndFree) {
    free(block_of(&freed_read));
}
FIRST(RaceWriteAndFree) {
    block_of(&freed_written)[15] = 1;
}
SECOND(RaceWriteAndFree) {
    free(block_of(&freed_written));
}
FIRST(RaceWriteAndRealloc) {
    block_of(&resized)[1] = 1;
}
SECOND(RaceWriteAndRealloc) {
    int *bigger = realloc(block_of(&resized), 4096);
    SHOW(*bigger);
}
FIRST(NoRaceBlocksApart) {
    kept[0] = 1;
}
SECOND(NoRaceBlocksApart) {
    free(calloced);
}
PART(NoRaceFreedAndMadeAnew_other) {
    int *again = malloc(64);
    again[0] = 2;
    SHOW(*again);
    free(again);
    mark(1);
}
ROW(NoRaceFreedAndMadeAnew) {
    int *p = malloc(64);
    p[0] = 1;
    SHOW(*p);
    free(p);
    task(NoRaceFreedAndMadeAnew_other, NULL);
    await(1);
}
FIRST(NoRaceMappedAnew) {
    char *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    p[0] = 1;
    SHOW(*p);
    munmap(p, 4096);
}
SECOND(NoRaceMappedAnew) {
    char *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    p[0] = 2;
    SHOW(*p);
    munmap(p, 4096);
}

/* -- stacks -- */

PART(RaceStackOfAnother_reader) {
    USE(*(int *)take());
    mark(1);
}
ROW(RaceStackOfAnother) {
    int local = 0;
    SHOW(local);
    task(RaceStackOfAnother_reader, NULL);
    local = 1;
    give(&local);
    await(1);
}
static __attribute__((noinline)) void gives_a_frame(void) {
    volatile int frame[8];
    frame[3] = 1;
    give((void *)&frame[3]);
}
PART(RaceUseAfterReturn_user) {
    USE(*(volatile int *)take());
    mark(1);
}
APART void RaceUseAfterReturn_calls(void) {
    gives_a_frame();
    await(1);
}
APART void RaceUseAfterReturn_again(void) {
    volatile int frame[16];
    for (int i = 0; i < 16; i++) {
        frame[i] = i;
    }
    USE(frame[3]);
}
ROW(RaceUseAfterReturn) {
    task(RaceUseAfterReturn_user, NULL);
    RaceUseAfterReturn_calls();
    RaceUseAfterReturn_again();
}
static __attribute__((noinline)) int deep(int n) {
    volatile int frame[32];
    frame[n % 32] = n;
    return n == 0 ? frame[0] : frame[n % 32] + deep(n - 1);
}
FIRST(NoRaceOwnFrames) {
    USE(deep(50));
}
SECOND(NoRaceOwnFrames) {
    USE(deep(50));
}

/* -- what belongs to a thread -- */

static _Thread_local int own;
static _Thread_local struct page own_page;
FIRST(NoRaceThreadLocal) {
    errno = 7;
    USE(errno);
}
SECOND(NoRaceThreadLocal) {
    errno = 8;
    USE(errno);
}
static void *own_writes(void *unused) {
    own = 1;
    memset(&own_page, 1, sizeof own_page);
    SHOW(own_page);
    return NULL;
}
ROW(NoRaceThreadLocalOfThreads) {
    pthread_t thread[2];
    for (int i = 0; i < 4; i++) { /* the second pair has the memory of the first */
        pthread_create(&thread[i % 2], NULL, own_writes, NULL);
        if (i % 2 == 1) {
            pthread_join(thread[0], NULL);
            pthread_join(thread[1], NULL);
        }
    }
}
static void *RaceThreadLocalHandedOut_owner(void *unused) {
    own = 1;
    give(&own);
    await(1);
    own = 2;
    return NULL;
}
ROW(RaceThreadLocalHandedOut) {
    pthread_t thread;
    pthread_create(&thread, NULL, RaceThreadLocalHandedOut_owner, NULL);
    *(int *)take() = 3;
    mark(1);
    pthread_join(thread, NULL);
}
