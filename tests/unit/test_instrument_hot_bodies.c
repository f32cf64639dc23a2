/* test_instrument_hot_bodies.c - the hooks in assembly decide as hot.h says, for whatever the shadow holds.
 *
 * The bodies are copied and completed as patch.c does it, but that a miss only counts itself here.
 * The shadow is mapped where they look, without a core.
 */
#include <criterion/criterion.h>
#include <sys/mman.h>

#include "detector/record.h"
#include "instrument/stub_note.h"

#define PAGE       ((size_t)4096)
#define MEMORY     ((uintptr_t)0x7f2000000000) /* 2 KiB there have one page of shadow */
#define FOLD       (((uintptr_t)1 << 42) - HOT_BLOCK)
#define SEGMENT    0x1234u
#define LOAD_PLACE 5
#define TRIES      400000u

enum kind { read, write, enter, leave };
static const struct body {
    const char *name;
    enum kind kind;
    unsigned bytes;
} bodies[] = {
#define HOOK_HOT(name, kind, n) {#name, kind, n},
#define HOOK_RETURN(name)
#define HOOK_JUMP(name)
#include "instrument/hooks.def"
};
#define BODIES (sizeof bodies / sizeof *bodies)

extern const unsigned char hot_bodies[];

static struct task_hot hot;
static _Thread_local struct task_hot *task;
static unsigned misses;
static uintptr_t missed_at, missed_from;

static void miss(uintptr_t at, uintptr_t from) {
    misses++;
    missed_at = at;
    missed_from = from;
}

typedef void hook(uintptr_t argument);

static hook *connect(void) {
    size_t bytes = (sizeof bodies / sizeof *bodies) * STUB_HOT_BYTES;
    unsigned char *code =
        mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int32_t place = (int32_t)((uintptr_t)&task - (uintptr_t)__builtin_thread_pointer());
    uintptr_t target = (uintptr_t)miss;
    memcpy(code, hot_bodies, bytes);
    for (size_t i = 0; i < BODIES; i++) {
        unsigned char *jump = code + (i + 1) * STUB_HOT_BYTES - STUB_SLOT_BYTES;
        memcpy(code + i * STUB_HOT_BYTES + LOAD_PLACE, &place, sizeof place);
        memcpy(jump, "\x49\xbb", 2); /* movabs $target, %r11 */
        memcpy(jump + 2, &target, sizeof target);
        memcpy(jump + 10, "\x41\xff\xe3", 3); /* jmp *%r11 */
    }
    mprotect(code, bytes, PROT_READ | PROT_EXEC);
    return (hook *)(uintptr_t)code;
}

static hook *hook_of(hook *first, size_t i) {
    return (hook *)((uintptr_t)first + i * STUB_HOT_BYTES);
}

/* -- accesses -- */

static uint64_t *mask_word;

static void map_shadow(void) {
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE;
    uintptr_t at = HOT_SHADOW + ((MEMORY & FOLD) << HOT_SHIFT);
    cr_assert_neq(mmap((void *)at, PAGE, PROT_READ | PROT_WRITE, flags, -1, 0), MAP_FAILED);
    at = HOT_SHADOW - PAGE; /* and block 0, which stays zero */
    cr_assert_neq(mmap((void *)at, 2 * PAGE, PROT_READ | PROT_WRITE, flags, -1, 0), MAP_FAILED);
    mask_word = (uint64_t *)(HOT_SHADOW + HOT_MASK);
    *mask_word = FOLD;
}

static uint32_t random_state = 1;

static uint32_t random_below(uint32_t n) {
    random_state = random_state * 1664525u + 1013904223u;
    return (random_state >> 8) % n;
}

/* What a word of the shadow may be: nothing, a record or a set of ours or not, of some bytes, a wide word,
 * locked. */
static uint64_t random_word(void) {
    static const uint32_t segments[] = {SEGMENT, SEGMENT, SEGMENT, SEGMENT | RECORD_ATOMIC, 2, 0};
    uint32_t which = random_below(16);
    uint32_t segment = segments[random_below(6)];
    uint32_t bytes = random_below(4) != 0 ? RECORD_ALL : 1 + random_below(RECORD_ALL);
    uint64_t set = random_below(4) == 0 ? RECORD_SHARED : 0;
    switch (which) {
    case 0:
        return 0;
    case 1:
        return RECORD_LOCKED;
    case 2:
    case 3:
    case 4: /* the low bit goes with the mask: wide.h */
        segment |= bytes == RECORD_ALL ? 0 : RECORD_ATOMIC;
        return record_of_set(random_below(1 << 24), record_make(0, bytes, segment)) | RECORD_WIDE;
    default:
        return set | record_make(random_below(1 << 25), bytes, segment);
    }
}

/* A body of 16 bytes leaves wide words to the miss. */
static bool hits(const struct body *b, const uint64_t *block, uintptr_t at) {
    uint64_t seg = task->segment;
    bool reads = b->kind == read;
    return hot_hit(block, seg, at, b->bytes) || (reads && hot_hit(block + 4, seg, at, b->bytes)) ||
           (reads && b->bytes < 16 && hot_has_read(block, at, b->bytes, seg));
}

__attribute__((noinline)) static void try_access(hook *h, const struct body *b, uintptr_t at,
                                                 bool hit) {
    unsigned before = misses;
    h(at);
    cr_assert_eq(misses - before, hit ? 0 : 1, "%s of %zx", b->name, (size_t)at);
    if (!hit) {
        cr_assert_eq(missed_at, at);
        cr_assert_lt(missed_from - (uintptr_t)try_access, 4096, "the return address");
    }
}

Test(hot_bodies, decide_as_the_model) {
    hook *first = connect();
    map_shadow();
    hot.segment = SEGMENT;
    task = &hot;
    unsigned hit_count[BODIES] = {0};
    for (unsigned n = 0; n < TRIES; n++) {
        size_t i = random_below(BODIES);
        const struct body *b = &bodies[i];
        if (b->kind == enter || b->kind == leave) {
            continue;
        }
        uintptr_t at = MEMORY + random_below(2048 - 32);
        at -= random_below(4) != 0 ? at % b->bytes : 0;
        uint64_t *block = (uint64_t *)(HOT_SHADOW + ((at & FOLD) << HOT_SHIFT));
        for (unsigned k = 0; k < 8; k++) {
            block[k] = random_word();
        }
        hot.segment = random_below(16) != 0 ? SEGMENT : 0;
        bool hit = hits(b, block, at);
        hit_count[i] += hit;
        try_access(hook_of(first, i), b, at, hit);
    }
    for (size_t i = 0; i < BODIES; i++) {
        cr_assert(bodies[i].bytes == 0 || hit_count[i] > 100, "%s was tried", bodies[i].name);
    }
}

Test(hot_bodies, leave_everything_to_the_miss_when_told_so) {
    hook *first = connect();
    map_shadow();
    hot.segment = SEGMENT;
    uint64_t *block = (uint64_t *)(HOT_SHADOW + ((MEMORY & FOLD) << HOT_SHIFT));
    for (unsigned k = 0; k < 8; k++) {
        block[k] = record_make(1, RECORD_ALL, SEGMENT);
    }
    for (size_t i = 0; i < BODIES; i++) {
        if (bodies[i].bytes == 0) {
            continue;
        }
        task = &hot;
        try_access(hook_of(first, i), &bodies[i], MEMORY, true);
        *mask_word = 0; /* two windows met */
        try_access(hook_of(first, i), &bodies[i], MEMORY, false);
        *mask_word = FOLD;
        task = NULL; /* nobody, or somebody unknown */
        try_access(hook_of(first, i), &bodies[i], MEMORY, false);
    }
}

/* -- calls -- */

Test(hot_bodies, count_calls) {
    struct call_frame frames[2] = {0};
    hook *first = connect(), *in = NULL, *out = NULL;
    for (size_t i = 0; i < BODIES; i++) {
        in = bodies[i].kind == enter ? hook_of(first, i) : in;
        out = bodies[i].kind == leave ? hook_of(first, i) : out;
    }
    hot = (struct task_hot){.frame_slots = 2, .frames = frames};
    task = &hot;
    in(0x10);
    in(0x20);
    cr_assert_eq(hot.depth, 2);
    cr_assert_eq(frames[0].path, 0x10);
    cr_assert_eq(frames[1].path, 0x20);
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    cr_assert_lt(here - frames[1].sp, 4096, "where the hook's return address was");
    in(0x30); /* no room */
    cr_assert_eq(misses, 1);
    cr_assert_eq(missed_at, 0x30);
    cr_assert_eq(hot.depth, 2);
    out(0);
    out(0);
    out(0); /* more exits than entries */
    cr_assert_eq(hot.depth, -1);
    in(0x40);
    cr_assert_eq(misses, 2, "a depth below 0 is for the slow path");
    task = NULL;
    in(0x50);
    out(0);
    cr_assert_eq(misses, 4);
    cr_assert_eq(hot.depth, -1);
}
