/* given.c - see given.h.
 *
 * A table of words, hashed, in which a slot is taken once and for ever: a reader meets 0 or a word. Most bytes that
 * programs write are text or small numbers, whose words are no addresses: they cost a comparison each. What passes is
 * compared with the end of the heap, which is asked for when it is first needed.
 */
#include "instrument/given.h"

#include "instrument/probe.h"
#include "instrument/sys.h"

#define PAGE       4096u
#define EACH_BYTE  256u
#define BYTES_SEEN ((size_t)1 << 20)
#define PARTS_SEEN 1024u
#define AT_ONCE    64u
#define MAPPINGS_LO                                                                                \
    ((uintptr_t)0x7000 << 32) /* the kernel maps downwards from the stack, which is at the top */
#define MAPPINGS_HI  ((uintptr_t)0x7fff << 32 | 0xfffff000u)
#define HEAP_AT_MOST ((uintptr_t)1 << 42)

typedef uintptr_t anywhere __attribute__((aligned(1), may_alias));
typedef uint32_t anywhere_half __attribute__((aligned(1), may_alias));

void given_heap_begins(uintptr_t at) {
    uintptr_t end = (uintptr_t)SYS3(SYS_brk, 0, 0, 0);
    front.given.heap_lo =
        at <= end ? at : end; /* a program that the dynamic linker was told to run */
}

static _Atomic uintptr_t *table(void) {
    struct given_state *given = &front.given;
    _Atomic uintptr_t *at = __atomic_load_n(&given->table, __ATOMIC_ACQUIRE);
    if (at == NULL) {
        _Atomic uintptr_t *fresh = (_Atomic uintptr_t *)sys_map(GIVEN_SLOTS * sizeof(uintptr_t), 0);
        if (fresh == NULL) {
            return NULL;
        }
        if (__atomic_compare_exchange_n(&given->table, &at, fresh, false, __ATOMIC_ACQ_REL,
                                        __ATOMIC_ACQUIRE)) {
            return fresh;
        }
        SYS3(SYS_munmap, fresh, GIVEN_SLOTS * sizeof(uintptr_t), 0);
    }
    return at;
}

static void keep(uintptr_t word) {
    _Atomic uintptr_t *slots = table();
    uint32_t at = (uint32_t)((word >> 3) * 0x9e3779b97f4a7c15u >> 40) % GIVEN_SLOTS;
    for (uint32_t i = 0; slots != NULL && i < GIVEN_SLOTS; i++) {
        _Atomic uintptr_t *slot = &slots[(at + i) % GIVEN_SLOTS];
        uintptr_t there = atomic_load_explicit(slot, memory_order_relaxed); /* a word, or nothing */
        if (there == 0) {
            if (front.given.full ||
                __atomic_add_fetch(&front.given.n, 1, __ATOMIC_RELAXED) > GIVEN_AT_MOST) {
                break;
            }
            if (atomic_compare_exchange_strong(slot, &there, word)) {
                return;
            }
        }
        if (there == word) {
            return;
        }
    }
    __atomic_store_n(&front.given.full, true, __ATOMIC_RELEASE);
}

static uintptr_t heap_end(void) {
    return (uintptr_t)SYS3(SYS_brk, 0, 0, 0);
}

static inline bool may_be_address(uintptr_t word, uintptr_t heap_lo) {
    return UNLIKELY(word - MAPPINGS_LO < MAPPINGS_HI - MAPPINGS_LO ||
                    word - heap_lo < HEAP_AT_MOST);
}

static COLD void keep_if_address(uintptr_t word, uintptr_t *end) {
    if (word < MAPPINGS_LO) {
        *end = *end != 0 ? *end : heap_end();
        if (word >= *end) {
            return;
        }
    }
    keep(word);
}

/* Reads up to 7 bytes behind hi, which must be there. */
static void see(uintptr_t lo, uintptr_t hi, uintptr_t step, uintptr_t *end) {
    uintptr_t heap_lo = front.given.heap_lo;
    for (uintptr_t at = lo; at < hi; at += step) {
        uintptr_t word = *(const anywhere *)at;
        if (may_be_address(word, heap_lo)) {
            keep_if_address(word, end);
        }
    }
}

/* Of AT_ONCE words at every fourth byte, by their upper halves and without a branch: text has no such word. */
static bool any_may_be(uintptr_t at, uintptr_t heap_lo) {
    const anywhere_half *upper = (const anywhere_half *)(at + 4);
    uint32_t least = (uint32_t)((heap_lo < MAPPINGS_LO ? heap_lo : MAPPINGS_LO) >> 32);
    uint32_t any = 0;
    for (uint32_t i = 0; i < AT_ONCE; i++) {
        any |= upper[i] - least < 0x8000u - least;
    }
    return any != 0;
}

static bool can_read(uintptr_t lo, uintptr_t hi) {
    if (hi < lo) {
        return false;
    }
    for (uintptr_t at = lo; at < hi; at = (at | (PAGE - 1)) + 1) {
        if (!probe_bytes((const void *)at, 1)) {
            return false;
        }
    }
    return true;
}

static bool is_wanted(void) {
    return front.options.reachability && front.on && !front.sandboxed && !front.given.full;
}

void given_word(uintptr_t word) {
    uintptr_t end = 0;
    if (is_wanted() && may_be_address(word, front.given.heap_lo)) {
        keep_if_address(word, &end);
    }
}

void given_bytes(const void *bytes, size_t n) {
    uintptr_t lo = (uintptr_t)bytes, end = 0;
    n = n < BYTES_SEEN ? n : BYTES_SEEN;
    if (n < sizeof(uintptr_t) || !is_wanted() || !can_read(lo, lo + n)) {
        return;
    }
    uintptr_t last = lo + n - sizeof(uintptr_t) + 1; /* behind the last word's first byte */
    uintptr_t dense = n < EACH_BYTE ? last : lo + EACH_BYTE - sizeof(uintptr_t) + 1;
    see(lo, dense, 1, &end);
    uintptr_t at = dense + (lo - dense) % 4;
    for (; at + AT_ONCE * 4 <= last; at += AT_ONCE * 4) {
        if (any_may_be(at, front.given.heap_lo)) {
            see(at, at + AT_ONCE * 4, 4, &end);
        }
    }
    see(at, last, 4, &end);
}

void given_parts(const struct iovec *part, size_t parts) {
    for (size_t i = 0; part != NULL && i < parts && i < PARTS_SEEN; i++) {
        given_bytes(part[i].iov_base, part[i].iov_len);
    }
}

void given_each(void (*see_word)(uintptr_t word)) {
    _Atomic uintptr_t *slots = __atomic_load_n(&front.given.table, __ATOMIC_ACQUIRE);
    for (uint32_t i = 0; slots != NULL && i < GIVEN_SLOTS; i++) {
        uintptr_t word = atomic_load_explicit(&slots[i], memory_order_acquire);
        if (word != 0) {
            see_word(word);
        }
    }
}

bool given_is_full(void) {
    return __atomic_load_n(&front.given.full, __ATOMIC_ACQUIRE);
}
