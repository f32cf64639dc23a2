/* patch.c - overwrites the dormant slots of a module with jumps to our hooks.
 *
 * The pages are not written in place: another thread may run in them (a constructor of a library
 * that is being loaded can have started one), and text that is writable and executable at once is
 * what security policies refuse. A patched copy is made aside, turned executable, and moved over
 * the original by one mremap, so that each thread sees either the old slot or the new one:
 *
 *     thread in a slot            this thread
 *     fetches `ret` of old page   mremap(copy -> slots)        both pages are whole at any time
 *     or, after the fault, `movabs` of the new one
 */
#include "instrument/patch.h"

#include "instrument/sys.h"
#include "instrument/tsan_abi.h"

#include <sys/mman.h>

#define IS_ERROR(result) ((unsigned long)(result) > -4096UL)

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

static bool is_plausible(const struct stub_note *note, uintptr_t first) {
    return note->version == STUB_VERSION && note->count <= hook_count &&
           first % STUB_PAGE_BYTES == 0 && note->bytes % STUB_PAGE_BYTES == 0 &&
           (uint64_t)note->count * STUB_SLOT_BYTES <= note->bytes;
}

bool patch_stubs(const struct stub_note *note) {
    uintptr_t first = (uintptr_t)&note->section + (uintptr_t)note->section;
    if (!is_plausible(note, first)) {
        return false;
    }
    uint8_t *copy = (uint8_t *)sys_map(note->bytes, 0);
    if (copy == NULL) {
        return false;
    }
    for (size_t i = 0; i < note->bytes; i++) {
        copy[i] = ((const uint8_t *)first)[i];
    }
    for (uint32_t i = 0; i < note->count; i++) {
        write_jump(copy + i * STUB_SLOT_BYTES, hook_table[i]);
    }
    long moved = SYS3(SYS_mprotect, copy, note->bytes, PROT_READ | PROT_EXEC);
    if (!IS_ERROR(moved)) {
        moved = sys_call(SYS_mremap, (long)copy, (long)note->bytes, (long)note->bytes,
                         MREMAP_MAYMOVE | MREMAP_FIXED, (long)first, 0);
    }
    if (IS_ERROR(moved)) {
        SYS3(SYS_munmap, copy, note->bytes, 0);
        return false;
    }
    return true;
}
