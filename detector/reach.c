/* reach.c - what memory can be got at, from where? */
#include "detector/reach.h"

#include "detector/arena.h"

#define DIGIT_BITS 11u
#define DIGITS     (1u << DIGIT_BITS)
#define LOW_BITS   3u /* blocks and stacks begin at a multiple of 8 */
#define KEY_BITS   44u

#define ADDRESS_BITS 48u
#define ADDRESS_MASK (((uintptr_t)1 << ADDRESS_BITS) - 1)

/* -- room ----------------------------------------------------------------------------------- */

bool reach_spans_new(struct reach_spans *spans, uint32_t room) {
    spans->n = 0;
    spans->at = arena_alloc(room * sizeof *spans->at);
    spans->room = spans->at ? room : 0;
    return spans->at != NULL;
}

void reach_spans_drop(struct reach_spans *spans) {
    arena_free(spans->at, spans->room * sizeof *spans->at);
    *spans = (struct reach_spans){0};
}

void reach_add(struct reach *r, struct reach_spans *spans, struct reach_span span) {
    if (span.lo >= span.hi) {
        return;
    }
    if (spans->n == spans->room) {
        r->full = true;
        return;
    }
    spans->at[spans->n++] = span;
}

bool reach_new(struct reach *r, uint32_t room) {
    *r = (struct reach){.lo = UINTPTR_MAX};
    bool made = reach_spans_new(&r->pieces, room) && reach_spans_new(&r->holes, room) &&
                reach_spans_new(&r->roots, room) && reach_spans_new(&r->rest, 2 * room);
    r->spare = arena_alloc(room * sizeof *r->spare);
    r->pending = arena_alloc(room * sizeof *r->pending);
    r->pages = arena_alloc(REACH_PAGES / 8);
    r->buffer = arena_alloc(REACH_BUFFER_BYTES + BASE_PAGE);
    if (!made || !r->spare || !r->pending || !r->pages || !r->buffer) {
        reach_drop(r);
        return false;
    }
    return true;
}

void reach_drop(struct reach *r) {
    uint32_t room = r->pieces.room;
    arena_free(r->spare, room * sizeof *r->spare);
    arena_free(r->pending, room * sizeof *r->pending);
    arena_free(r->pages, REACH_PAGES / 8);
    arena_free(r->buffer, REACH_BUFFER_BYTES + BASE_PAGE);
    reach_spans_drop(&r->pieces);
    reach_spans_drop(&r->holes);
    reach_spans_drop(&r->roots);
    reach_spans_drop(&r->rest);
}

/* -- what there is -------------------------------------------------------------------------- */

void reach_piece(struct reach *r, uintptr_t lo, uintptr_t hi, enum reach_kind kind) {
    reach_add(r, &r->pieces, (struct reach_span){.lo = lo, .hi = hi, .tag = kind});
}

void reach_hole(struct reach *r, uintptr_t lo, uintptr_t hi) {
    reach_add(r, &r->holes, (struct reach_span){.lo = lo, .hi = hi});
}

void reach_root(struct reach *r, uintptr_t lo, uintptr_t hi, enum reach_from from) {
    reach_add(r, &r->roots, (struct reach_span){.lo = lo, .hi = hi, .tag = from});
}

static uint32_t digit_of(uintptr_t lo, uint32_t shift) {
    return (uint32_t)(lo >> (LOW_BITS + shift)) & (DIGITS - 1);
}

/* By radix: everybody waits meanwhile, and there may be millions. */
void reach_sort(struct reach *r, struct reach_spans *spans) {
    struct reach_span *from = spans->at, *to = r->spare;
    for (uint32_t shift = 0; shift < KEY_BITS; shift += DIGIT_BITS) {
        uint32_t first[DIGITS];
        zero_bytes(first, sizeof first); /* an initialiser of so much may become a call */
        for (uint32_t i = 0; i < spans->n; i++) {
            first[digit_of(from[i].lo, shift)]++;
        }
        for (uint32_t d = 0, sum = 0; d < DIGITS; d++) {
            uint32_t n = first[d];
            first[d] = sum;
            sum += n;
        }
        for (uint32_t i = 0; i < spans->n; i++) {
            to[first[digit_of(from[i].lo, shift)]++] = from[i];
        }
        struct reach_span *was = from;
        from = to;
        to = was;
    }
    _Static_assert(KEY_BITS / DIGIT_BITS % 2 == 0, "the result is where the input was");
}

static uint64_t *page_word(const struct reach *r, uintptr_t addr) {
    return &r->pages[addr / BASE_PAGE % REACH_PAGES / 64];
}

static uint64_t page_bit(uintptr_t addr) {
    return (uint64_t)1 << addr / BASE_PAGE % 64;
}

static void note_pages(struct reach *r, const struct reach_span *piece) {
    uintptr_t end = piece->hi; /* one behind the last counts */
    uintptr_t pages = end / BASE_PAGE - piece->lo / BASE_PAGE + 1;
    pages = pages < REACH_PAGES ? pages : REACH_PAGES;
    for (uintptr_t i = 0; i < pages; i++) {
        uintptr_t at = piece->lo + i * BASE_PAGE;
        *page_word(r, at) |= page_bit(at);
    }
    *page_word(r, end) |= page_bit(end);
    r->lo = piece->lo < r->lo ? piece->lo : r->lo;
    r->hi = piece->hi > r->hi ? piece->hi : r->hi;
}

/* Two blocks at one place: the end of one was not told, and which is it? Both are seen: what is left of the
 * lower one behind the other is no piece any more. */
static void part(struct reach *r) {
    for (uint32_t i = 1; i < r->pieces.n; i++) {
        struct reach_span *one = &r->pieces.at[i - 1], *next = &r->pieces.at[i];
        if (next->lo < one->hi) {
            reach_root(r, one->lo, one->hi, REACH_FROM_MEMORY);
            reach_root(r, next->lo, next->hi, REACH_FROM_MEMORY);
            one->hi = next->lo;
            one->marked = next->marked = true;
        }
    }
}

/* The union of both, in order. */
static void unite(struct reach *r) {
    const struct reach_spans *a = &r->pieces, *b = &r->holes;
    struct reach_spans *rest = &r->rest;
    for (uint32_t i = 0, j = 0; i < a->n || j < b->n;) {
        bool from_a = j == b->n || (i < a->n && a->at[i].lo <= b->at[j].lo);
        struct reach_span next = from_a ? a->at[i++] : b->at[j++];
        struct reach_span *last = rest->n ? &rest->at[rest->n - 1] : NULL;
        if (last && next.lo <= last->hi) {
            last->hi = next.hi > last->hi ? next.hi : last->hi;
        } else {
            rest->at[rest->n++] = next;
        }
    }
}

void reach_seal(struct reach *r) {
    reach_sort(r, &r->pieces);
    reach_sort(r, &r->holes);
    part(r);
    unite(r);
    for (uint32_t i = 0; i < r->pieces.n; i++) {
        note_pages(r, &r->pieces.at[i]);
    }
    for (uint32_t i = 0; i < r->roots.n; i++) { /* `part` has added some */
        const struct reach_span *root = &r->roots.at[i];
        reach_see(r, root->lo, root->hi, (enum reach_from)root->tag);
    }
}

/* -- words ---------------------------------------------------------------------------------- */

uint32_t reach_count_up_to(const struct reach_spans *spans, uintptr_t addr) {
    uint32_t lo = 0, hi = spans->n;
    while (lo < hi) {
        uint32_t middle = lo + (hi - lo) / 2;
        if (spans->at[middle].lo <= addr) {
            lo = middle + 1;
        } else {
            hi = middle;
        }
    }
    return lo;
}

static void mark(struct reach *r, uint32_t index, enum reach_from from) {
    struct reach_span *piece = &r->pieces.at[index];
    if (!piece->marked && (piece->tag != REACH_TASK || from == REACH_FROM_RUNNING)) {
        piece->marked = true;
        r->pending[r->n_pending++] = index;
    }
}

static void look_up(struct reach *r, uintptr_t word, enum reach_from from) {
    uint32_t n = reach_count_up_to(&r->pieces, word);
    const struct reach_span *last = n ? &r->pieces.at[n - 1] : NULL;
    bool is_chunk = from == REACH_FROM_ALLOCATOR && last && last->hi - word == sizeof(uintptr_t);
    if (last && word < last->hi && !is_chunk) {
        mark(r, n - 1, from);
    }
    bool begins = last && word == last->lo;
    for (uint32_t i = n - begins; i > 0 && from != REACH_FROM_ALLOCATOR; i = 0) {
        const struct reach_span *before = &r->pieces.at[i - 1];
        if (word == before->hi && before->tag == REACH_BLOCK) {
            mark(r, i - 1, from);
        }
    }
}

static bool is_near(const struct reach *r, uintptr_t word) {
    return word - r->lo <= r->hi - r->lo && (*page_word(r, word) & page_bit(word)) != 0;
}

/* Some keep a counter in the upper bits, which addresses do not use. */
void reach_word(struct reach *r, uintptr_t word, enum reach_from from) {
    if (is_near(r, word)) {
        look_up(r, word, from);
    } else if (word >> ADDRESS_BITS && is_near(r, word & ADDRESS_MASK)) {
        look_up(r, word & ADDRESS_MASK, from);
    }
}

/* [lo, hi) of the program, which can be read at `at`. */
static void see_at(struct reach *r, const char *at, uintptr_t lo, uintptr_t hi,
                   enum reach_from from) {
    uintptr_t step = r->exact ? 1 : sizeof(uintptr_t);
    for (uintptr_t word = (lo + step - 1) / step * step; word + sizeof(uintptr_t) <= hi;
         word += step) {
        reach_word(r, *(const any_word *)(at + (word - lo)), from);
    }
}

/* Small blocks lie many to a page. */
static void see_in_page(struct reach *r, uintptr_t lo, uintptr_t hi, enum reach_from from) {
    char *window = (char *)r->buffer + REACH_BUFFER_BYTES;
    uintptr_t page = lo & ~(uintptr_t)(BASE_PAGE - 1);
    if (r->page != page) {
        r->page = r->copy(window, page, BASE_PAGE) == BASE_PAGE ? page : 0;
    }
    if (r->page == page) {
        see_at(r, window + (lo - page), lo, hi, from);
    }
}

void reach_see(struct reach *r, uintptr_t lo, uintptr_t hi, enum reach_from from) {
    if (lo >= hi) {
        return;
    }
    if (!r->copy) {
        see_at(r, (const char *)lo, lo, hi, from);
        return;
    }
    if (lo / BASE_PAGE == (hi - 1) / BASE_PAGE) {
        see_in_page(r, lo, hi, from);
        return;
    }
    while (hi - lo >= sizeof(uintptr_t)) {
        size_t want = hi - lo < REACH_BUFFER_BYTES ? hi - lo : REACH_BUFFER_BYTES;
        size_t got = r->copy(r->buffer, lo, want);
        see_at(r, (const char *)r->buffer, lo, lo + got, from);
        if (got < want) { /* what follows cannot be read: no word of it was written */
            lo = ((lo + got) / BASE_PAGE + 1) * BASE_PAGE;
        } else {
            lo += got == hi - lo ? got : got - sizeof(uintptr_t); /* words across the edge */
        }
        if (lo >= hi) {
            return;
        }
    }
}

void reach_each_rest(const struct reach *r, uintptr_t lo, uintptr_t hi,
                     void (*see)(uintptr_t lo, uintptr_t hi)) {
    uint32_t n = reach_count_up_to(&r->rest, lo);
    uintptr_t at = n && r->rest.at[n - 1].hi > lo ? r->rest.at[n - 1].hi : lo;
    for (; at < hi; n++) {
        bool last = n == r->rest.n || r->rest.at[n].lo >= hi;
        see(at, last ? hi : r->rest.at[n].lo);
        if (last) {
            return;
        }
        at = r->rest.at[n].hi;
    }
}

void reach_follow(struct reach *r) {
    while (r->n_pending != 0) {
        const struct reach_span *piece = &r->pieces.at[r->pending[--r->n_pending]];
        reach_see(r, piece->lo, piece->hi,
                  piece->tag == REACH_STACK ? REACH_FROM_STACK : REACH_FROM_MEMORY);
    }
}

bool reach_has(const struct reach *r, uintptr_t addr) {
    uint32_t n = reach_count_up_to(&r->pieces, addr);
    return n == 0 || addr >= r->pieces.at[n - 1].hi || r->pieces.at[n - 1].marked;
}
