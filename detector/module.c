/* module.c - which library does an address belong to, also when it is gone? */
#include "detector/core.h"
#include "detector/process.h"
#include "detector/state.h"

#define GRAVES      ((uintptr_t)1 << 47) /* no user's address; below the bits of a node's key */
#define GRAVES_ROOM ((uintptr_t)1 << 47)

static void write_module(const struct raw_module *raw, const char *path) {
    writer_begin(RECORD_MODULE);
    writer_item(ITEM_MODULE, ROLE_NONE, raw, sizeof *raw);
    writer_text(ROLE_PATH, path);
    writer_end();
}

/* A forked child tells of all modules at its first finding. */
static void tell(const struct raw_module *raw, const char *path) {
    if (det.process.described) {
        write_module(raw, path);
    }
}

void process_describe(void) {
    if (__atomic_exchange_n(&det.process.described, true, __ATOMIC_ACQ_REL)) {
        return;
    }
    for (const struct process_module *m = det.process.modules; m; m = m->next) {
        write_module(&m->raw, m->path);
    }
}

bool process_is_instrumented(uintptr_t pc) {
    const struct process_module *m = __atomic_load_n(&det.process.modules, __ATOMIC_ACQUIRE);
    while (m && (pc < m->raw.lo || pc >= m->raw.hi)) {
        m = m->next;
    }
    return m && m->raw.instrumented;
}

static void move(struct process_module *m, uintptr_t to) {
    context_move(m->raw.lo, m->raw.hi, to);
    uintptr_t by = to - m->raw.lo;
    m->raw.bias += by;
    m->raw.hi += by;
    m->raw.lo = to;
}

static bool same_bytes(const void *a, const void *b, size_t bytes) {
    const uint8_t *x = a, *y = b;
    while (bytes != 0 && *x == *y) {
        x++, y++, bytes--;
    }
    return bytes == 0;
}

static bool is_it(const struct process_module *m, const struct raw_module *raw, const char *path) {
    size_t n = text_bytes(path);
    return m->home == raw->lo && m->raw.hi - m->raw.lo == raw->hi - raw->lo &&
           m->raw.build_id_bytes == raw->build_id_bytes && text_bytes(m->path) == n &&
           same_bytes(m->raw.build_id, raw->build_id, sizeof raw->build_id) &&
           same_bytes(m->path, path, n);
}

static struct process_module *known(const struct raw_module *raw, const char *path) {
    struct process_module *m = det.process.modules;
    while (m && !is_it(m, raw, path)) {
        m = m->next;
    }
    return m;
}

void det_module_load(const struct ev_module *module) {
    struct raw_module raw = {.bias = module->bias,
                             .lo = module->lo,
                             .hi = module->hi,
                             .instrumented = module->instrumented ? MODULE_INSTRUMENTED : 0,
                             .storage_below = module->storage_below,
                             .storage_bytes = module->storage_bytes};
    uint32_t id_bytes = module->build_id ? module->build_id_bytes : 0;
    raw.build_id_bytes = id_bytes < sizeof raw.build_id ? id_bytes : sizeof raw.build_id;
    copy_bytes(raw.build_id, module->build_id, raw.build_id_bytes);
    det_stack_reused(module->lo, module->hi - module->lo);
    spin_lock(&det.process.lock);
    struct process_module *m = known(&raw, module->path);
    if (m) {
        if (m->raw.lo != m->home) {
            move(m, m->home);
        }
    } else if ((m = arena_alloc(sizeof *m)) != NULL) {
        *m = (struct process_module){.raw = raw,
                                     .path = arena_text(module->path),
                                     .home = raw.lo,
                                     .next = det.process.modules};
        __atomic_store_n(&det.process.modules, m, __ATOMIC_RELEASE);
    }
    if (m) {
        tell(&m->raw, m->path);
    }
    spin_unlock(&det.process.lock);
}

/* 0: none left; then the frames of the library are not known any more. */
static uintptr_t new_grave(size_t bytes) {
    uintptr_t at = det.process.graves;
    bytes = (bytes + BASE_PAGE - 1) & ~(size_t)(BASE_PAGE - 1);
    if (at + bytes > GRAVES_ROOM) {
        return 0;
    }
    det.process.graves += bytes;
    return GRAVES + at;
}

void det_module_unload(uintptr_t lo) {
    spin_lock(&det.process.lock);
    struct process_module *m = det.process.modules;
    while (m && (m->home != lo || m->raw.lo != lo)) {
        m = m->next;
    }
    if (m) {
        struct raw_module gone = {.lo = lo, .hi = m->raw.hi, .instrumented = MODULE_GONE};
        m->grave = m->grave != 0 ? m->grave : new_grave(m->raw.hi - m->raw.lo);
        move(m, m->grave);
        tell(&gone, NULL);
        tell(&m->raw, m->path);
    }
    spin_unlock(&det.process.lock);
}
