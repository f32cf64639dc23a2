/* dump.c - the text of a dump. */
#include "runtime/dump.h"

#include <string.h>
#include <unistd.h>

#include "runtime/os.h"
#include "runtime/rt.h"
#include "runtime/sched.h"
#include "runtime/symbol.h"
#include "runtime/unwind.h"

#define FRAMES_ENDS 50 /* of a deeper stack: so many from each end [TR-02] */
#define NS_PER_MIN  60000000000

/* What one dump works with. Mapped beforehand: a dump may run on a signal's stack, and in a process
 * that has no memory left. */
struct rdl__dump_work {
    struct dump *dump;
    struct symbolizer symbols;
    struct task **list;
    size_t n, capacity;
    struct frames frames;
    bool any;
};

/* -- frames -- */

static void print_frame(struct out *o, const struct symbol *s, const char *function_end) {
    if (s->file[0] != 0) {
        rdl__out_text(o, s->function[0] != 0 ? s->function : "??");
        rdl__out_text(o, function_end);
        rdl__out_text(o, "\n\t");
        rdl__out_text(o, s->file);
        rdl__out_text(o, ":");
        rdl__out_uint(o, s->line);
        rdl__out_text(o, " ");
        rdl__out_text(o, s->offset);
        rdl__out_text(o, "\n");
        return;
    }
    rdl__out_text(o, s->function[0] != 0 ? s->function : "??");
    rdl__out_text(o, s->function[0] != 0 ? s->offset : "");
    rdl__out_text(o, " (");
    rdl__out_text(o, s->module[0] != 0 ? s->module : "??");
    rdl__out_text(o, "+");
    rdl__out_hex(o, s->module_offset);
    rdl__out_text(o, ")");
    rdl__out_text(o, function_end[0] == '(' ? "\n" : function_end);
    if (function_end[0] != '(') {
        rdl__out_text(o, "\n");
    }
}

/* Drops what is the runtime's: above the user's call (whose return address is known), around the
 * task's first function, and where deferred or protected calls begin. */
static void keep_users(struct rdl__dump_work *w, uintptr_t user_pc, bool is_main) {
    struct frames *f = &w->frames;
    size_t first = 0;
    size_t kept = 0;
    if (w->dump->level >= TRACEBACK_SYSTEM) {
        return;
    }
    for (size_t i = 0; i < f->n && user_pc != 0; i++) {
        if (f->pcs[i] == user_pc) {
            first = i;
            break;
        }
    }
    for (size_t i = first; i < f->n; i++) {
        if (rdl__unwind_is_own(f->pcs[i])) {
            continue;
        }
        f->pcs[kept++] = f->pcs[i];
        if (is_main && strcmp(rdl__symbol_find(&w->symbols, f->pcs[i])->function, "main") == 0) {
            break; /* what called main is nobody's */
        }
    }
    f->n = kept;
}

static void print_frames(struct rdl__dump_work *w) {
    struct out *o = &w->dump->out;
    const struct frames *f = &w->frames;
    for (size_t i = 0; i < f->n; i++) {
        if (f->n > 2 * FRAMES_ENDS && i == FRAMES_ENDS) {
            rdl__out_text(o, "...");
            rdl__out_uint(o, f->n - 2 * FRAMES_ENDS + f->n_lost);
            rdl__out_text(o, " frames elided...\n");
            i = f->n - FRAMES_ENDS;
        }
        print_frame(o, rdl__symbol_find(&w->symbols, f->pcs[i]), "(...)");
    }
}

/* -- one task -- */

static void print_state(struct out *o, const struct task *t, uint32_t state) {
    switch (state) {
    case TASK_RUNNING:
        rdl__out_text(o, "running");
        break;
    case TASK_BLOCKING:
        rdl__out_text(o, "syscall");
        break;
    case TASK_PARKED:
        rdl__out_text(o, rdl__emit_wait_text(t->wait_kind));
        if (rdl__sched_now() - t->parked_ns >= NS_PER_MIN) {
            rdl__out_text(o, ", ");
            rdl__out_uint(o, (uint64_t)((rdl__sched_now() - t->parked_ns) / NS_PER_MIN));
            rdl__out_text(o, " minutes");
        }
        break;
    default:
        rdl__out_text(o, "runnable");
    }
    if (t->locked > (t->blocking != 0)) { /* rdl_blocking ties it too */
        rdl__out_text(o, ", locked to thread");
    }
}

static void print_header(struct out *o, const struct task *t, uint32_t state) {
    rdl__out_text(o, "goroutine ");
    rdl__out_uint(o, t->id);
    rdl__out_text(o, " [");
    print_state(o, t, state);
    if (t->name[0] != 0) {
        rdl__out_text(o, ", \"");
        rdl__out_text(o, t->name);
        rdl__out_text(o, "\"");
    }
    rdl__out_text(o, "]:\n");
}

static void print_creator(struct rdl__dump_work *w, const struct task *t) {
    struct out *o = &w->dump->out;
    struct out suffix;
    rdl__out_start(&suffix, -1);
    if (t->kind != TASK_GOROUTINE) {
        return;
    }
    rdl__out_text(&suffix, " in goroutine ");
    rdl__out_uint(&suffix, t->creator_id);
    suffix.bytes[suffix.n] = 0;
    rdl__out_text(o, "created by ");
    print_frame(o, rdl__symbol_find(&w->symbols, t->creator_pc), suffix.bytes);
}

/* Without libunwind, or of a thread of the user's: the one frame that the runtime knows. */
static void only_frame(struct frames *f, uintptr_t pc) {
    f->pcs[0] = pc;
    f->n = 1;
    f->n_lost = 0;
}

static void print_stack(struct rdl__dump_work *w, struct task *t, uint32_t state) {
    struct out *o = &w->dump->out;
    struct frames *f = &w->frames;
    bool is_first = t == w->dump->first;
    if (is_first && w->dump->first_regs != NULL) {
        rdl__unwind_registers(w->dump->first_regs, w->dump->first_exact, f);
    } else if ((state == TASK_RUNNING || state == TASK_BLOCKING) && !is_first) {
        rdl__out_text(o, "\tgoroutine running on other thread; stack unavailable\n");
        return;
    } else if (t->kind == TASK_FOREIGN) {
        only_frame(f, t->pc);
    } else {
        rdl__unwind_task(t, f);
    }
    if (!rdl__unwind_is_loaded() && t->pc != 0) {
        only_frame(f, t->pc);
    }
    keep_users(w, t->pc, t->kind == TASK_MAIN);
    print_frames(w);
    if (!rdl__unwind_is_loaded()) {
        rdl__out_text(o, "\t(callers unknown: libunwind.so.8 could not be loaded)\n");
    }
}

static void print_task(struct rdl__dump_work *w, struct task *t) {
    uint32_t state = atomic_load_explicit(&t->state, memory_order_acquire);
    if (t == w->dump->first) {
        state = TASK_RUNNING;
    }
    if (w->any) {
        rdl__out_text(&w->dump->out, "\n");
    }
    w->any = true;
    print_header(&w->dump->out, t, state);
    print_stack(w, t, state);
    print_creator(w, t);
}

/* -- all tasks -- */

static void count_live(struct task *t, void *arg) {
    struct rdl__dump_work *w = arg;
    w->capacity += atomic_load_explicit(&t->state, memory_order_acquire) != TASK_DEAD;
}

static void list_live(struct task *t, void *arg) {
    struct rdl__dump_work *w = arg;
    if (t != w->dump->first && w->n < w->capacity &&
        atomic_load_explicit(&t->state, memory_order_acquire) != TASK_DEAD) {
        w->list[w->n++] = t;
    }
}

static void sift(struct task **list, size_t root, size_t n) {
    for (;;) {
        size_t child = 2 * root + 1;
        if (child >= n) {
            return;
        }
        if (child + 1 < n && list[child]->id < list[child + 1]->id) {
            child++;
        }
        if (list[root]->id >= list[child]->id) {
            return;
        }
        struct task *swap = list[root];
        list[root] = list[child];
        list[child] = swap;
        root = child;
    }
}

static void sort_by_id(struct task **list, size_t n) {
    for (size_t i = n / 2; i > 0; i--) {
        sift(list, i - 1, n);
    }
    for (size_t end = n; end > 1; end--) {
        struct task *swap = list[0];
        list[0] = list[end - 1];
        list[end - 1] = swap;
        sift(list, 0, end - 1);
    }
}

static void print_unless_first(struct task *t, void *arg) {
    struct rdl__dump_work *w = arg;
    if (t != w->dump->first && atomic_load_explicit(&t->state, memory_order_acquire) != TASK_DEAD) {
        print_task(w, t);
    }
}

/* By creation; without memory for the list, as they lie. */
static void print_others(struct rdl__dump_work *w) {
    rdl__task_each(count_live, w);
    size_t bytes = w->capacity * sizeof(*w->list);
    w->list = bytes != 0 ? rdl__os_map(bytes) : NULL;
    if (w->list == NULL) {
        rdl__task_each(print_unless_first, w);
        return;
    }
    rdl__task_each(list_live, w);
    sort_by_id(w->list, w->n);
    for (size_t i = 0; i < w->n; i++) {
        print_task(w, w->list[i]);
    }
    rdl__os_unmap(w->list, bytes);
}

void rdl__dump_prepare(void) {
    rdl__rt.crash.work = rdl__os_map(sizeof(struct rdl__dump_work));
}

void rdl__dump_tasks(struct dump *d) {
    struct rdl__dump_work *w = rdl__rt.crash.work;
    if (d->level == TRACEBACK_NONE || w == NULL) {
        return;
    }
    w->dump = d;
    rdl__symbol_open(&w->symbols);
    if (d->first != NULL) {
        print_task(w, d->first);
    }
    if (d->first == NULL || d->level > TRACEBACK_SINGLE) {
        print_others(w);
    }
    rdl__out_flush(&d->out);
    rdl__symbol_close(&w->symbols);
    rdl__os_discard(w, sizeof(*w)); /* zero again */
}
