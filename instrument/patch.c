/* patch.c - overwrites the dormant slots of a module with our hooks, or jumps to them.
 *
 * The pages are not written in place: another thread may run in them (a constructor of a library
 * that is being loaded can have started one), and text that is writable and executable at once is
 * what security policies refuse. A patched copy is made aside, turned executable, and moved over
 * the original by one mremap, so that each thread sees either the old slot or the new one:
 *
 *     thread in a slot            this thread
 *     fetches `ret` of old page   mremap(copy -> slots)        both pages are whole at any time
 *     or, after the fault, first instruction of the new
 */
#include "instrument/patch.h"

#include "instrument/front.h"
#include "instrument/sys.h"
#include "instrument/tsan_abi.h"

#include <sys/mman.h>

#define IS_ERROR(result) ((unsigned long)(result) > -4096UL)

#define LOAD_PLACE 5 /* in a body: of the displacement of mov %fs:0, %rax */

/* What hot_bodies.S knows by number. */
_Static_assert(offsetof(struct thread_self, task) == 0 && offsetof(struct task_hot, segment) == 0,
               "the load of a body is of self, its segment is the first word there");
_Static_assert(offsetof(struct task_hot, depth) == 8 &&
                   offsetof(struct task_hot, frame_slots) == 12 &&
                   offsetof(struct task_hot, frames) == 16 &&
                   offsetof(struct call_frame, sp) == 8 && sizeof(struct call_frame) == 16,
               "frames");

/* movabs $target, %r11; jmp *%r11; int3 … */
static void write_jump(uint8_t *slot, uintptr_t target) {
    slot[0] = 0x49;
    slot[1] = 0xbb;
    for (unsigned i = 0; i < 8; i++) {
        slot[2 + i] = (uint8_t)(target >> (8 * i));
    }
    slot[10] = 0x41;
    slot[11] = 0xff;
    slot[12] = 0xe3;
    for (unsigned i = 13; i < STUB_SLOT_BYTES; i++) {
        slot[i] = 0xcc;
    }
}

/* Thread-local offsets of a library that is there at the start are the same in all threads. */
static void write_body(uint8_t *slot, const struct hook *hook) {
    uintptr_t self_at = (uintptr_t)&self - (uintptr_t)__builtin_thread_pointer();
    for (unsigned i = 0; i < STUB_HOT_BYTES; i++) {
        slot[i] = (uint8_t)hook->body[i];
    }
    for (unsigned i = 0; i < 4; i++) {
        slot[LOAD_PLACE + i] = (uint8_t)(self_at >> (8 * i));
    }
    write_jump(slot + STUB_HOT_BYTES - STUB_SLOT_BYTES, hook->miss);
}

static uint32_t slot_bytes(const struct hook *hook) {
    return hook->body != NULL ? STUB_HOT_BYTES : STUB_SLOT_BYTES;
}

static void write_slots(uint8_t *slot, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        const struct hook *hook = &hook_table[i];
        if (hook->body != NULL && (hook->everywhere || shadow_base == HOT_SHADOW)) {
            write_body(slot, hook);
        } else {
            write_jump(slot, hook->function);
        }
        slot += slot_bytes(hook);
    }
}

static bool fits(uint32_t count, uint64_t bytes) {
    uint64_t needed = 0;
    for (uint32_t i = 0; i < count; i++) {
        needed += slot_bytes(&hook_table[i]);
    }
    return needed <= bytes;
}

static bool is_plausible(const struct stub_note *note, uintptr_t first) {
    return note->version == STUB_VERSION && note->count <= hook_count &&
           first % STUB_PAGE_BYTES == 0 && note->bytes % STUB_PAGE_BYTES == 0 &&
           fits(note->count, note->bytes);
}

uintptr_t patch_stubs(const struct stub_note *note) {
    uintptr_t first = (uintptr_t)&note->section + (uintptr_t)note->section;
    if (!is_plausible(note, first)) {
        return 0;
    }
    uint8_t *copy = (uint8_t *)sys_map(note->bytes, 0);
    if (copy == NULL) {
        return 0;
    }
    for (size_t i = 0; i < note->bytes; i++) {
        copy[i] = ((const uint8_t *)first)[i];
    }
    sys_own_take((uintptr_t)copy, (uintptr_t)copy + note->bytes);
    write_slots(copy, note->count);
    long moved = SYS3(SYS_mprotect, copy, note->bytes, PROT_READ | PROT_EXEC);
    if (!IS_ERROR(moved)) {
        moved = sys_call(SYS_mremap, (long)copy, (long)note->bytes, (long)note->bytes,
                         MREMAP_MAYMOVE | MREMAP_FIXED, (long)first, 0);
    }
    if (IS_ERROR(moved)) {
        SYS3(SYS_munmap, copy, note->bytes, 0);
        return 0;
    }
    return first;
}
