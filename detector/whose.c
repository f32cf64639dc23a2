/* whose.c - see whose.h. */
#include "detector/whose.h"

#include "detector/calls.h"
#include "detector/detector.h"
#include "detector/state.h"

/* Which variable it is the tools know. Another thread may end, and its stack with it: only those are
 * read that stay. */
static void write_frame(const struct det_task *self, const struct task_info *owner,
                        uintptr_t addr) {
    const struct det_task *t = owner->live;
    uintptr_t cfa, pc;
    bool stays = t == self || owner->kind != EV_TASK_THREAD;
    if (t && stays && calls_frame_of(t, owner->stack_hi, addr, &cfa, &pc)) {
        struct raw_frame raw = {.cfa = cfa, .pc = pc};
        writer_item(ITEM_FRAME, ROLE_NONE, &raw, sizeof raw);
    }
}

/* A thread's own variables; of one that has ended the memory may be another's. */
static bool write_storage(enum item_role role, uintptr_t addr) {
    uintptr_t bytes = det.tasks.storage_bytes;
    for (uint32_t i = 1; i <= task_count(); i++) {
        uintptr_t pointer = task_pointer(i);
        if (pointer != 0 && task_info(i)->live && pointer - addr - 1 < bytes) {
            struct raw_block raw = {
                .addr = pointer - bytes, .size = bytes, .task = task_info(i)->serial, .kind = 2};
            writer_item(ITEM_BLOCK, role, &raw, sizeof raw);
            return true;
        }
    }
    return false;
}

void whose_write(enum item_role role, const struct det_task *self, uintptr_t addr) {
    struct heap_block block;
    if (write_storage(role, addr)) {
        return;
    }
    if (heap_find(addr, &block) && block.task) {
        struct raw_block raw = {.addr = block.start,
                                .size = block.size,
                                .task = task_info(block.task)->serial,
                                .freed = block.freed_site != 0};
        writer_item(ITEM_BLOCK, role, &raw, sizeof raw);
        writer_stack(ROLE_CREATED, block.site);
        writer_stack(ROLE_FREED, block.freed_site);
        return;
    }
    const struct task_info *owner = NULL;
    for (uint32_t i = 1; i <= task_count(); i++) {
        const struct task_info *info = task_info(i);
        bool holds = addr >= info->stack_lo && addr < info->stack_hi;
        if (holds && (!owner || !owner->live || info->live)) { /* the live one, else the latest */
            owner = info;
        }
    }
    if (owner) {
        struct raw_block raw = {.addr = owner->stack_lo,
                                .size = owner->stack_hi - owner->stack_lo,
                                .task = owner->serial,
                                .kind = 1};
        writer_item(ITEM_BLOCK, role, &raw, sizeof raw);
        write_frame(self, owner, addr);
    }
}
