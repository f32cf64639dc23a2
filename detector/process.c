/* process.c - the process itself: its record, its counters, its end. */
#include "detector/process.h"

#include "detector/core.h"
#include "detector/state.h"

struct raw_process *det_process(void) {
    return det.process.live ? det.process.live : &det.process.own;
}

uint64_t det_findings_count(void) {
    return det.writer.findings;
}

void limit_add(enum findings_limit limit, uint64_t n) {
    atomic_fetch_add_explicit(&det_process()->limits[limit], n, memory_order_relaxed);
}

void limit_raise(enum findings_limit limit) {
    limit_add(limit, 1);
}

void limit_blind(void) {
    limit_raise(LIMIT_OUT_OF_MEMORY);
    det.blind = true;
}

void process_begin(uint32_t ppid) {
    uint32_t observed = det_process()->instrumented_modules; /* of the parent, in a child */
    struct raw_process first; /* too large for an initializer: clang would call memset */
    zero_bytes(&first, sizeof first);
    first.pid = det.pid;
    first.ppid = ppid;
    first.detector_version = EV_VERSION;
    first.threads = 1;
    first.instrumented_modules = observed;
    first.start_ns = det.host->realtime_ns();
    writer_begin(RECORD_PROCESS);
    writer_item(ITEM_PROCESS, ROLE_NONE, &first, sizeof first);
    writer_text(ROLE_PATH, det.exe);
    if (det.arguments_bytes) {
        writer_item(ITEM_TEXT, ROLE_ARGUMENTS, det.arguments, det.arguments_bytes);
    }
    struct record_head *head = writer_end();
    copy_bytes(&det.process.own, &first, sizeof first);
    size_t at = sizeof(struct record_head) + sizeof(struct item_head);
    det.process.live = head ? (struct raw_process *)((uint8_t *)head + at) : &det.process.own;
}

/* -- defects and the end -------------------------------------------------------------------- */

void det_defect(struct det_task *t, enum ev_defect defect, const char *text, uintptr_t pc) {
    bool entered = t && task_enter(t); /* a defect is told even from within the core */
    uint32_t site = entered ? context_site(t, pc, EV_READ, 0) : 0;
    if (defect == EV_DEFECT_DEADLOCK) {
        leaks_deadlock(text);
    } else {
        writer_begin_finding(defect == EV_DEFECT_PANIC ? RECORD_PANIC : RECORD_MISUSE,
                             t ? t->id : 0);
        writer_text(ROLE_MESSAGE, text);
        if (t) {
            writer_task(t->id, 1);
            writer_stack(ROLE_WHERE, site);
            writer_families(t->id, 0);
        }
        writer_end();
    }
    det.process.judged |= defect != EV_DEFECT_MISUSE;
    det.process.threads_wait &= defect == EV_DEFECT_MISUSE;
    if (entered) {
        task_leave(t);
    }
}

void det_timeout(void) {
    leaks_timeout();
}

static void tell(enum findings_limit what, uint64_t count) {
    atomic_store_explicit(&det_process()->limits[what], count, memory_order_relaxed);
}

static void tell_memory(void) {
    tell(LIMIT_BYTES_BUDGET, det.options.memory);
    tell(LIMIT_BYTES_PATHS, context_bytes());
    tell(LIMIT_BYTES_SEGMENTS, segment_bytes());
    tell(LIMIT_BYTES_SETS, det.recsets.table.next * sizeof(struct recset));
    tell(LIMIT_BYTES_SHADOW, det.shadow.touched_pages * BASE_PAGE);
    uint64_t told =
        context_bytes() + segment_bytes() + det.recsets.table.next * sizeof(struct recset);
    tell(LIMIT_BYTES_OTHER, arena_bytes() > told ? arena_bytes() - told : 0);
}

static void tell_collections(void) {
    const struct collect_state *collect = &det.collect;
    tell(LIMIT_SEGMENTS_TAKEN, collect->segments_taken + det.segments.taken);
    tell(LIMIT_SEGMENTS_IN_USE, collect->segments_in_use);
    tell(LIMIT_TASKS_IN_USE, collect->tasks_in_use);
    tell(LIMIT_COLLECTIONS, collect->runs);
    tell(LIMIT_COLLECTIONS_PUT_OFF, collect->put_off);
    tell(LIMIT_COLLECTION_US, collect->longest_ns / 1000);
}

void det_finish(struct det_task *t, int status) {
    bool entered = t && task_enter(t);
    atomic_store_explicit(&det_process()->status, status, memory_order_relaxed);
    atomic_store_explicit(&det_process()->ended, 1, memory_order_relaxed);
    if (det.options.stats) {
        tell_memory();
        tell_collections();
    }
    __atomic_store_n(&det.process.ending, t ? t->id : PROCESS_STRANGER, __ATOMIC_RELAXED);
    if (!__atomic_exchange_n(&det.process.judged, true, __ATOMIC_ACQ_REL)) {
        leaks_report(t);
        det.process.threads_wait = true;
    }
    if (entered) {
        task_leave(t);
    }
}

void det_finish_threads(struct det_task *t) {
    bool entered = t && task_enter(t);
    if (__atomic_exchange_n(&det.process.threads_wait, false, __ATOMIC_ACQ_REL)) {
        leaks_of_threads(t);
        misuse_contexts();
    }
    if (entered) {
        task_leave(t);
    }
}

bool det_fork_before(void) {
    return collect_lock();
}

void det_fork_after(bool before) {
    if (before) {
        collect_unlock();
    }
}

/* The child has one thread, which is here. Locks and locked words of the parent's other threads
 * belong to an earlier generation and count as free; what they guarded may have been caught half
 * changed, which can cost a record or a number, never a crash: tables are changed by publishing whole
 * entries, and lists that are not are begun anew. */
void det_fork_child(struct det_task *t, int pid) {
    uint32_t parent = det.pid;
    det.generation++;
    collect_fork_child();
    segment_fork_child();
    det.pid = (uint32_t)pid;
    det.process.described = false;
    det.process.judged = false;
    det.process.ending = 0;
    det.process.threads_wait = false;
    det.writer.findings = 0;
    if (t) {
        t->busy = 0;
    }
    task_only(t);
    wait_fork_child(t);
    lockorder_fork_child(t);
    alone_fork_child(t);
    process_begin(parent);
    atomic_store_explicit(&det_process()->tasks, 1, memory_order_relaxed);
}
