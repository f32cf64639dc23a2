/* shadow.h - where are the records of an address?
 *
 * Block    Every 32 bytes of the program have eight words [w0..w3 r0..r3] (record.h).
 * Direct   block = base + (folded << 1), folded = the low 42 bits of the address, rounded down to 32:
 *          8 TiB of lazily committed address space. Three other shapes were measured and rejected:
 *          64 TiB without a fold collides with programs that map at random fixed addresses.
 * Windows  An address belongs to window addr >> 42. Each GiB of the folded 4 TiB is owned by the
 *          window that used it first; with 28-bit randomisation no two windows meet.
 * Law      A record of an address is in the direct shadow only if its window owns its GiB, and never
 *          in the block of folded address 0, which stays zero but while a task is alone (hot.h).
 * Two-level  Everything else (no reservation, an alias, folded address 0): a radix tree of 64 KiB
 *          pieces. At the first alias the fast path is switched off for everybody (shadow_mask = 0),
 *          because it cannot tell windows apart. Error side: until the first access of a new
 *          window that takes the slow path, a fast-path hit may be taken for the same task's
 *          access of the alias: a miss.
 * Touched  One bit for each page of shadow (2 KiB of the program), set before the first record goes into a
 *          block of it that was empty: whoever looks at all records (collect.c) reads these pages
 *          only, and commits none. Law: a word that is not zero lies in a touched page. Bits are
 *          taken back only while nobody else is in the core. With a budget (budget.h) an empty page then
 *          goes back to the system.
 * Thread   any, lock-free.
 */
#ifndef RADDLE_DETECTOR_SHADOW_H
#define RADDLE_DETECTOR_SHADOW_H

#include "detector/arena.h"

#define SHADOW_BASE        ((uintptr_t)HOT_SHADOW)
#define SHADOW_FOLD_BITS   42u
#define SHADOW_FOLD        (((uintptr_t)1 << SHADOW_FOLD_BITS) - 1)
#define SHADOW_BYTES       ((size_t)1 << SHADOW_FOLD_BITS << HOT_SHIFT)
#define SHADOW_ADDRESSES   ((uintptr_t)1 << 47) /* user space ends here */
#define SHADOW_GIBS        4096u
#define SHADOW_PIECE_SHIFT 16u /* program bytes of a piece of the two-level table, log2 */
#define SHADOW_TOP         ((size_t)1 << 13)
#define SHADOW_MID         ((size_t)1 << 18)
#define SHADOW_SET_PAGE    14u /* program bytes whose sets are counted together, log2 */
#define SHADOW_SET_COUNTS  65536u
#define SHADOW_PAGES       (SHADOW_BYTES / BASE_PAGE)
#define SHADOW_PAGE_WORDS  (BASE_PAGE / sizeof(uint64_t))
#define SHADOW_PAGE_COVERS                                                                         \
    ((uintptr_t)BASE_PAGE >> HOT_SHIFT) /* program bytes of a page of shadow */

enum { SHADOW_WRITES = 0, SHADOW_READS = 4 }; /* first word of each kind in a block */

/* A piece of the two-level table, and which of its 32 pages are touched. */
struct shadow_piece {
    uintptr_t words; /* 0: none yet */
    uint64_t touched;
};

struct shadow_state {
    uintptr_t direct;  /* SHADOW_BASE, or 0: refused; one page more lies below it (hot.h) */
    uintptr_t pages;   /* of the direct shadow: SHADOW_PAGES or 0 */
    uint64_t *touched; /* a bit for each of them, lazily committed */
    uint64_t touched_bits[SHADOW_PAGES / BASE_PAGE / 8 / 64]; /* a bit for each page of `touched` */
    uint8_t owner[SHADOW_GIBS];                               /* window + 1; 0: nobody yet */
    struct shadow_piece *top[SHADOW_TOP];                     /* of the two-level table */
    uintptr_t mask;         /* that the fast path has, but while a task is alone */
    uint64_t zero_block[8]; /* what the fast path reads when there is no direct shadow */
    /* How many shared words lie in the pages of the program with this hash: discarding a range
     * without looking would lose their sets. */
    uint32_t sets[SHADOW_SET_COUNTS];
    uint32_t stacks; /* about how many of 1024 fresh stacks had records on their first page */
    /* How many are touched, those of the two-level table too. Apart from what every access reads. */
    __attribute__((aligned(64))) uint64_t touched_pages;
};

DET_HIDDEN void shadow_init(void);
/* From now on the fast path finds the first block, whatever is asked for; or no more. */
DET_HIDDEN void shadow_hide(bool hidden);

/* Where the block of addr begins, in the program. */
static inline uintptr_t shadow_first(uintptr_t addr) {
    return addr & ~(uintptr_t)(HOT_BLOCK - 1);
}

/* The block of addr; NULL: no memory, or no address of user space. */
DET_HIDDEN uint64_t *shadow_block_slow(uintptr_t addr);

/* The block of addr, a multiple of 32, if there can be records in its page of shadow; else NULL. */
DET_HIDDEN uint64_t *shadow_touched_block(uintptr_t addr);

/* Marks the page of the block of addr, which t is about to access, as touched. page: its number in the direct
 * shadow, if it is there at all. See shadow_touch. */
DET_HIDDEN void shadow_touch_slow(const struct det_task *t, uintptr_t addr, uintptr_t page);

/* t begins, on a fresh stack: gets the first page of its shadow from the system, if most who began lately have come
 * to need it. Who reads a fresh page first and then writes it is interrupted twice, and the second time so is
 * every other CPU: of 10^5 goroutines passing a token that was a third of all time. Goroutines that wait with
 * nothing recorded on their stacks need none, and each would take twice the memory. */
DET_HIDDEN void shadow_expect(const struct det_task *t);

/* Whether a page of records holds any. Called for each page by shadow_visit. */
typedef bool shadow_look(const uint64_t *words, void *context);
/* Shows all touched pages to `look`; returns how many there were. Nobody else is in the core. */
DET_HIDDEN uint64_t shadow_visit(shadow_look *look, void *context);

/* Forgets all records of the touched pages of which `keep` is false, and gives the pages back; returns how
 * many there were. Likewise. */
DET_HIDDEN uint64_t shadow_drop(shadow_look *keep, void *context);

/* Forgets all records of [addr, addr + size). */
DET_HIDDEN void shadow_clear(uintptr_t addr, size_t size);

/* A word of the granule at addr became shared (+1) or stopped to be (-1). A set at hand (recset.h) stays
 * counted, so there are as many as are counted, or fewer. */
DET_HIDDEN void shadow_count_sets(uintptr_t addr, int32_t change);
/* Whether the sets of both are counted together. */
static inline bool shadow_counted_alike(uintptr_t a, uintptr_t b) {
    return (a ^ b) >> SHADOW_SET_PAGE == 0;
}

#endif
