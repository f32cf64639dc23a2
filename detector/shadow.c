/* shadow.c - where are the records of an address? */
#include "detector/shadow.h"

#include "detector/block.h"
#include "detector/state.h"
#include "detector/wide.h"

#define DISCARD_FROM ((size_t)64 << 10) /* program bytes: below, zeroing words costs less */
#define FEW_PAGES    16u   /* of shadow, that are rather cleared than given back: a stack's */
#define FIRST_FRAMES 160u  /* bytes of a fresh stack */
#define STACKS       1024u /* that a guess is reckoned in */
#define GUESS_OF     16u   /* the last ones count most */
#define SET_PAGE     ((uintptr_t)1 << SHADOW_SET_PAGE)
#define PIECE        ((uintptr_t)1 << SHADOW_PIECE_SHIFT)
#define GIB          ((uintptr_t)1 << 30)

uintptr_t shadow_base;
uintptr_t shadow_mask;

_Static_assert(SHADOW_BASE + SHADOW_BYTES <= SHADOW_ADDRESSES, "the shadow is in user space");
_Static_assert(SHADOW_BASE % ((uintptr_t)16 << 30) == 0, "a GiB's shadow does not straddle");

static void show_mask(uintptr_t mask) {
    __atomic_store_n(&shadow_mask, mask, __ATOMIC_RELAXED);
    if (det.shadow.direct) {
        __atomic_store_n((uintptr_t *)(det.shadow.direct + HOT_MASK), mask, __ATOMIC_RELAXED);
    }
}

static void set_mask(uintptr_t mask) {
    __atomic_store_n(&det.shadow.mask, mask, __ATOMIC_RELAXED);
    if (!task_is_alone()) {
        show_mask(mask);
    }
}

void shadow_hide(bool hidden) {
    show_mask(hidden ? 0 : __atomic_load_n(&det.shadow.mask, __ATOMIC_RELAXED));
}

void shadow_init(void) {
    struct shadow_state *shadow = &det.shadow;
    uintptr_t start = det.host->reserve(BASE_PAGE + SHADOW_BYTES, SHADOW_BASE - BASE_PAGE);
    if (start) {
        shadow->touched = (uint64_t *)det.host->reserve(SHADOW_PAGES / 8, 0);
    }
    if (start && !shadow->touched) {
        det.host->unreserve(start, BASE_PAGE + SHADOW_BYTES);
        start = 0;
    }
    shadow->direct = start ? SHADOW_BASE : 0;
    shadow->pages = shadow->direct ? SHADOW_PAGES : 0;
    shadow_base = shadow->direct ? shadow->direct : (uintptr_t)shadow->zero_block;
    set_mask(shadow->direct ? shadow_first(SHADOW_FOLD) : 0);
}

/* -- placement ------------------------------------------------------------------------------ */

/* Whether addr's records live in the direct shadow; claims its GiB if nobody has. */
static bool is_direct(uintptr_t addr) {
    uintptr_t folded = addr & SHADOW_FOLD;
    if (!det.shadow.direct || folded < HOT_BLOCK) {
        return false;
    }
    uint8_t mine = (uint8_t)((addr >> SHADOW_FOLD_BITS) + 1);
    uint8_t *owner = &det.shadow.owner[folded >> 30];
    uint8_t seen = __atomic_load_n(owner, __ATOMIC_RELAXED);
    if (seen == 0 && __atomic_compare_exchange_n(owner, &seen, mine, false, __ATOMIC_RELAXED,
                                                 __ATOMIC_RELAXED)) {
        return true; /* relaxed: the byte is all there is to agree on */
    }
    if (seen != mine) {
        set_mask(0);
    }
    return seen == mine;
}

static uint64_t *direct_block(uintptr_t addr) {
    return (uint64_t *)(det.shadow.direct + (shadow_first(addr & SHADOW_FOLD) << HOT_SHIFT));
}

/* Installs fresh memory at *slot unless another thread was first; what stands there then, or 0. */
static uintptr_t install(uintptr_t *slot, size_t bytes) {
    uintptr_t fresh = arena_reserve(bytes);
    uintptr_t seen = 0;
    if (fresh && !__atomic_compare_exchange_n(slot, &seen, fresh, false, __ATOMIC_ACQ_REL,
                                              __ATOMIC_ACQUIRE)) {
        det.host->unreserve(fresh, bytes);
        return seen;
    }
    return fresh;
}

/* addr's entry in the two-level table; NULL: its part of the table is not there. */
static struct shadow_piece *entry_of(uintptr_t addr, bool make) {
    uintptr_t *top = (uintptr_t *)&det.shadow.top[addr >> 34];
    uintptr_t mid = __atomic_load_n(top, __ATOMIC_ACQUIRE);
    if (mid == 0 && make) {
        mid = install(top, SHADOW_MID * sizeof(struct shadow_piece));
    }
    return mid ? (struct shadow_piece *)mid + (addr >> SHADOW_PIECE_SHIFT) % SHADOW_MID : NULL;
}

/* The shadow of addr's piece in the two-level table; 0: none. */
static uintptr_t piece_of(uintptr_t addr, bool make) {
    struct shadow_piece *entry = entry_of(addr, make);
    uintptr_t piece = entry ? __atomic_load_n(&entry->words, __ATOMIC_ACQUIRE) : 0;
    return piece == 0 && entry && make ? install(&entry->words, PIECE << HOT_SHIFT) : piece;
}

uint64_t *shadow_block_slow(uintptr_t addr) {
    if (addr >= SHADOW_ADDRESSES) {
        return NULL;
    }
    if (is_direct(addr)) {
        return direct_block(addr);
    }
    uintptr_t piece = piece_of(addr, true);
    return piece ? (uint64_t *)(piece + (shadow_first(addr % PIECE) << HOT_SHIFT)) : NULL;
}

/* Which page of its piece the block of addr is in. */
static unsigned piece_page(uintptr_t addr) {
    return (unsigned)(addr % PIECE / SHADOW_PAGE_COVERS);
}

/* -- what is touched ------------------------------------------------------------------------ */

static void set_touched(uint64_t *bits, uint64_t bit) {
    /* Relaxed: read only by who has waited for everybody to leave the core. */
    if (!(__atomic_fetch_or(bits, bit, __ATOMIC_RELAXED) & bit)) {
        __atomic_fetch_add(&det.shadow.touched_pages, 1, __ATOMIC_RELAXED);
        budget_grew();
    }
}

/* Where the first frames are: those of the runtime, and the first of the user. */
static uintptr_t first_frames(const struct det_task *t) {
    uintptr_t hi = t->hot.stack_hi, lo = t->hot.stack_lo;
    return hi - lo > FIRST_FRAMES && hi > lo ? hi - FIRST_FRAMES : 0;
}

/* A goroutine begins, or the first page of its stack gets a record. Relaxed: a race loses a little of a guess. */
static void guess(bool begins) {
    uint32_t n = __atomic_load_n(&det.shadow.stacks, __ATOMIC_RELAXED);
    n = begins ? n - n / GUESS_OF : n + STACKS / GUESS_OF;
    __atomic_store_n(&det.shadow.stacks, n < STACKS ? n : STACKS, __ATOMIC_RELAXED);
}

void shadow_touch_slow(const struct det_task *t, uintptr_t addr, uintptr_t page) {
    if (addr / SHADOW_PAGE_COVERS == first_frames(t) / SHADOW_PAGE_COVERS &&
        task_info(t->id)->kind == EV_TASK_GOROUTINE) {
        guess(false);
    }
    if (page < det.shadow.pages) {
        uintptr_t group = page / 64 / (BASE_PAGE / sizeof(uint64_t));
        set_touched(&det.shadow.touched[page / 64], (uint64_t)1 << page % 64);
        __atomic_fetch_or(&det.shadow.touched_bits[group / 64], (uint64_t)1 << group % 64,
                          __ATOMIC_RELAXED);
        return;
    }
    struct shadow_piece *entry = entry_of(addr, false);
    uint64_t bit = (uint64_t)1 << piece_page(addr);
    if (entry && !(load_relaxed(&entry->touched) & bit)) {
        set_touched(&entry->touched, bit);
    }
}

/* The page does not count as touched before it is. */
void shadow_expect(const struct det_task *t) {
    uintptr_t addr = first_frames(t);
    bool likely = __atomic_load_n(&det.shadow.stacks, __ATOMIC_RELAXED) >= STACKS / 2;
    guess(true);
    if (likely && addr && addr < SHADOW_ADDRESSES && is_direct(addr)) {
        swap_if(direct_block(addr), 0, 0); /* a write, whatever stands there */
    }
}

/* What is done with every touched page. */
struct visit {
    shadow_look *look;
    void *context;
    bool drop; /* what look does not want has records */
    uint64_t seen, gone;
};

static void free_sets(const uint64_t *words, uintptr_t addr) {
    for (size_t i = 0; i < SHADOW_PAGE_WORDS; i++) {
        if (record_is_shared(words[i]) && !record_is_locked(words[i])) {
            recset_free(record_set(words[i]), addr + i / 8 * HOT_BLOCK + i % 4 * HOT_GRANULE);
        }
    }
}

/* Gives the pages of `gone` back, neighbours at once; the first one is at `first`. */
static void give_back(uint64_t gone, uintptr_t first) {
    while (gone) {
        unsigned lo = (unsigned)__builtin_ctzll(gone);
        uint64_t ends = ~gone >> lo;
        unsigned n = ends ? (unsigned)__builtin_ctzll(ends) : 64 - lo;
        det.host->discard(first + lo * (uintptr_t)BASE_PAGE, n * (size_t)BASE_PAGE);
        gone = lo + n < 64 ? gone >> (lo + n) << (lo + n) : 0;
    }
}

/* The pages of `bits`, of which the first is at `first` and has the records of the program's `addr`. Bits
 * of those that `look` does not want are taken back. */
static void visit_pages(struct visit *v, uint64_t *bits, uintptr_t first, uintptr_t addr) {
    uint64_t gone = 0;
    for (uint64_t left = *bits; left; left &= left - 1) {
        uintptr_t i = (uintptr_t)__builtin_ctzll(left);
        const uint64_t *words = (const uint64_t *)(first + i * BASE_PAGE);
        v->seen++;
        if (!v->look(words, v->context)) {
            gone |= (uint64_t)1 << i;
            v->gone++;
            if (v->drop) {
                free_sets(words, addr + i * SHADOW_PAGE_COVERS);
            }
        }
    }
    *bits &= ~gone;
    if (v->drop || det.options.memory) {
        give_back(gone, first);
    }
}

static void visit_direct(struct visit *v) {
    struct shadow_state *shadow = &det.shadow;
    const uintptr_t in_group = BASE_PAGE / sizeof(uint64_t);
    for (uintptr_t i = 0; i < sizeof shadow->touched_bits / sizeof(uint64_t); i++) {
        for (uint64_t left = shadow->touched_bits[i]; left; left &= left - 1) {
            uintptr_t group = i * 64 + (uintptr_t)__builtin_ctzll(left);
            for (uintptr_t j = group * in_group; j < (group + 1) * in_group; j++) {
                uintptr_t folded = j * 64 * SHADOW_PAGE_COVERS;
                uintptr_t window = (uintptr_t)shadow->owner[folded >> 30] - 1;
                visit_pages(v, &shadow->touched[j], shadow->direct + j * 64 * BASE_PAGE,
                            window << SHADOW_FOLD_BITS | folded);
            }
        }
    }
}

static void visit(struct visit *v) {
    if (det.shadow.direct) {
        visit_direct(v);
    }
    for (uintptr_t i = 0; i < SHADOW_TOP; i++) {
        struct shadow_piece *mid = det.shadow.top[i];
        for (uintptr_t j = 0; mid && j < SHADOW_MID; j++) {
            if (mid[j].words) {
                visit_pages(v, &mid[j].touched, mid[j].words, i << 34 | j << SHADOW_PIECE_SHIFT);
            }
        }
    }
    det.shadow.touched_pages -= v->gone;
}

uint64_t shadow_visit(shadow_look *look, void *context) {
    struct visit v = {.look = look, .context = context};
    visit(&v);
    return v.seen;
}

uint64_t shadow_drop(shadow_look *keep, void *context) {
    struct visit v = {.look = keep, .context = context, .drop = true};
    visit(&v);
    return v.gone;
}

/* -- clearing ------------------------------------------------------------------------------- */

static uint32_t *set_count(uintptr_t addr) {
    uint64_t page = addr >> SHADOW_SET_PAGE;
    return &det.shadow.sets[(page ^ page >> 16) % SHADOW_SET_COUNTS];
}

void shadow_count_sets(uintptr_t addr, int32_t change) {
    /* Relaxed: a range is cleared when its memory changes hands, which the program must order. */
    __atomic_fetch_add(set_count(addr), (uint32_t)change, __ATOMIC_RELAXED);
}

/* What is left of a word whose bytes but those in `keep` are forgotten. */
static uint64_t without(uint64_t old, uint32_t keep, uintptr_t granule) {
    if (!record_is_shared(old)) {
        uint32_t left = record_mask(old) & keep;
        return left ? record_with_mask(old, left) : 0;
    }
    if (keep) {
        return recset_trim(old, keep, granule);
    }
    recset_free(record_set(old), granule);
    return 0;
}

static void clear_words(uint64_t *words, uintptr_t addr, uintptr_t lo, uintptr_t hi) {
    struct held_block b = block_lock(words);
    for (unsigned i = 0; i < 4; i++) {
        uintptr_t granule = addr + i * HOT_GRANULE;
        if (granule + HOT_GRANULE > lo && granule < hi) {
            uint32_t keep = RECORD_ALL & ~record_bytes(granule, lo, hi - lo);
            block_put(&b, SHADOW_WRITES + i,
                      without(block_get(&b, SHADOW_WRITES + i), keep, granule));
            block_put(&b, SHADOW_READS + i,
                      without(block_get(&b, SHADOW_READS + i), keep, granule));
        }
    }
    wide_end(&b);
    block_unlock(&b);
}

static void clear_block(uint64_t *block, uintptr_t addr, uintptr_t lo, uintptr_t hi) {
    uint64_t any = 0;
    for (int i = 0; i < 8; i++) {
        any |= load_relaxed(block + i);
    }
    if (any != 0) {
        clear_words(block, addr, lo, hi);
    }
}

/* Looking at another one would cost a fault, and one more when the page is written. */
uint64_t *shadow_touched_block(uintptr_t addr) {
    if (addr >= SHADOW_ADDRESSES) {
        return NULL; /* a key that is no address */
    }
    if (is_direct(addr)) {
        uint64_t *block = direct_block(addr);
        uintptr_t page = ((uintptr_t)block - det.shadow.direct) / BASE_PAGE;
        return load_relaxed(&det.shadow.touched[page / 64]) >> page % 64 & 1 ? block : NULL;
    }
    const struct shadow_piece *entry = entry_of(addr, false);
    uintptr_t piece = entry ? __atomic_load_n(&entry->words, __ATOMIC_ACQUIRE) : 0;
    bool touched = piece && load_relaxed(&entry->touched) >> piece_page(addr) & 1;
    return touched ? (uint64_t *)(piece + ((addr % PIECE) << HOT_SHIFT)) : NULL;
}

static void clear_by_hand(uintptr_t lo, uintptr_t hi) {
    for (uintptr_t addr = shadow_first(lo); addr < hi;) {
        bool alone = (addr & SHADOW_FOLD) == 0; /* its block lies elsewhere than its neighbours' */
        uintptr_t end = alone ? addr + HOT_BLOCK : (addr | (SHADOW_PAGE_COVERS - 1)) + 1;
        uint64_t *block = shadow_touched_block(addr);
        end = end < hi ? end : hi;
        for (; block && addr < end; addr += HOT_BLOCK, block += 8) {
            clear_block(block, addr, lo, hi);
        }
        addr = block ? addr : end;
    }
}

/* Which shadow pages of the set page at `page` may hold records, bit 0 the first. A bit that is set at
 * this moment is of an access that races with the memory changing hands. */
static uint32_t touched_in(uintptr_t page) {
    uint64_t bits;
    unsigned first;
    if (is_direct(page)) {
        uintptr_t number = (page & SHADOW_FOLD) / SHADOW_PAGE_COVERS;
        bits = load_relaxed(&det.shadow.touched[number / 64]);
        first = number % 64;
    } else {
        const struct shadow_piece *entry = entry_of(page, false);
        bits = entry ? load_relaxed(&entry->touched) : 0;
        first = piece_page(page);
    }
    return (uint32_t)(bits >> first) & ((1u << SET_PAGE / SHADOW_PAGE_COVERS) - 1);
}

/* Clears what is touched of whole set pages, if it is so little that the system need not be asked. */
static bool clear_few(uintptr_t lo, uintptr_t hi) {
    unsigned n = 0;
    for (uintptr_t page = lo; page < hi; page += SET_PAGE) {
        for (uint32_t left = touched_in(page); left; left &= left - 1) {
            n++;
        }
        if (n > FEW_PAGES) {
            return false;
        }
    }
    for (uintptr_t page = lo; n != 0 && page < hi; page += SET_PAGE) {
        for (uint32_t left = touched_in(page); left; left &= left - 1) {
            uintptr_t at = page + (uintptr_t)__builtin_ctz(left) * SHADOW_PAGE_COVERS;
            clear_by_hand(at, at + SHADOW_PAGE_COVERS);
        }
    }
    return true;
}

/* [lo, hi) is whole set pages, in one GiB and (two-level) one piece, with its shadow at `shadow`. */
static void discard(uintptr_t lo, uintptr_t hi, uintptr_t shadow) {
    if (clear_few(lo, hi)) {
        return;
    }
    for (uintptr_t page = lo; page < hi; page += SET_PAGE) {
        if (__atomic_load_n(set_count(page), __ATOMIC_RELAXED)) {
            clear_by_hand(page, page + SET_PAGE);
        }
    }
    det.host->discard(shadow, (hi - lo) << HOT_SHIFT);
}

static void clear_pages(uintptr_t lo, uintptr_t hi) {
    while (lo < hi) {
        uintptr_t gib_end = (lo | (GIB - 1)) + 1;
        uintptr_t end = gib_end < hi ? gib_end : hi;
        if ((lo & SHADOW_FOLD) == 0) { /* holds folded address 0 */
            end = lo + SET_PAGE;
            clear_by_hand(lo, end);
        } else if (is_direct(lo)) {
            discard(lo, end, (uintptr_t)direct_block(lo));
        } else {
            uintptr_t piece_end = (lo | (PIECE - 1)) + 1;
            uintptr_t piece = piece_of(lo, false);
            end = piece_end < end ? piece_end : end;
            if (piece) {
                discard(lo, end, piece + ((lo % PIECE) << HOT_SHIFT));
            }
        }
        lo = end;
    }
}

void shadow_clear(uintptr_t addr, size_t size) {
    uintptr_t hi = addr + size;
    if (size == 0 || addr >= SHADOW_ADDRESSES || hi > SHADOW_ADDRESSES || hi < addr) {
        return;
    }
    if (size < DISCARD_FROM) {
        clear_by_hand(addr, hi);
        return;
    }
    uintptr_t first = (addr + SET_PAGE - 1) & ~(SET_PAGE - 1);
    uintptr_t last = hi & ~(SET_PAGE - 1);
    clear_by_hand(addr, first);
    clear_pages(first, last);
    clear_by_hand(last, hi);
}
