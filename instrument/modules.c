/* modules.c - keeps the detector's picture of the loaded modules.
 *
 * A scan compares dl_iterate_phdr with what we know. It runs when the detector starts, when the
 * first constructor of an instrumented library that dlopen brings calls __tsan_init (dormant.c),
 * before and after dlclose, and before the end is judged, so that every pc of a report has its
 * module. dlopen itself is not interposed: it finds libraries by the RUNPATH of its caller, which
 * would then be us.
 */
#include "instrument/modules.h"

#include "instrument/front.h"
#include "instrument/given.h"
#include "instrument/life.h"
#include "instrument/patch.h"
#include "instrument/probe.h"
#include "instrument/real.h"
#include "instrument/sys.h"

#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <string.h>
#include <unistd.h>

#define MODULES_MAX 4096 /* the table is address space, committed as it is used */

struct module {
    uintptr_t bias, lo, hi;
    uintptr_t entry;    /* the slot of func_entry, the first one */
    uint32_t name_hash; /* two libraries may follow each other at one address */
    bool instrumented;
    bool seen;                              /* by the scan under way */
    uintptr_t storage_below, storage_bytes; /* see ev_module */
};

static void lock(void) {
    uint32_t expected = 0;
    while (!__atomic_compare_exchange_n(&front.modules.lock, &expected, 1, false, __ATOMIC_ACQUIRE,
                                        __ATOMIC_RELAXED)) {
        expected = 0;
        sys_yield();
    }
}

static void unlock(void) {
    __atomic_store_n(&front.modules.lock, 0, __ATOMIC_RELEASE);
}

static uint32_t hash_of(const char *text) {
    uint32_t hash = 2166136261u;
    for (; *text != '\0'; text++) {
        hash = (hash ^ (uint8_t)*text) * 16777619u;
    }
    return hash;
}

/* -- notes -- */

struct notes {
    const uint8_t *build_id;
    uint32_t build_id_bytes;
    const struct stub_note *stubs;
};

static void read_note(struct notes *found, const ElfW(Nhdr) * note, const char *name,
                      const uint8_t *description) {
    if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 && name[0] == 'G' &&
        name[1] == 'N' && name[2] == 'U') {
        found->build_id = description;
        found->build_id_bytes = note->n_descsz;
    } else if (note->n_type == STUB_NOTE_TYPE && note->n_namesz == sizeof STUB_NOTE_NAME &&
               note->n_descsz == sizeof(struct stub_note) && name[0] == 'R') {
        found->stubs = (const struct stub_note *)description;
    }
}

static void read_notes(struct notes *found, uintptr_t at, size_t bytes, size_t align) {
    uintptr_t end = at + bytes;
    size_t pad = align == 8 ? 7 : 3;
    while (at + sizeof(ElfW(Nhdr)) <= end) {
        const ElfW(Nhdr) *note = (const ElfW(Nhdr) *)at;
        uintptr_t name = at + sizeof *note;
        uintptr_t description = (name + note->n_namesz + pad) & ~pad;
        uintptr_t next = (description + note->n_descsz + pad) & ~pad;
        if (next > end || next <= at) {
            return;
        }
        read_note(found, note, (const char *)name, (const uint8_t *)description);
        at = next;
    }
}

/* -- what the rest of the front-end asks -- */

#define POOL_BYTES ((size_t)64 << 10)

/* Memory for ever, in pieces of a larger one: a mapping each time a library goes would take its place. */
static void *take(size_t bytes) {
    struct module_state *m = &front.modules;
    if (bytes > m->pool_left) {
        size_t more = bytes > POOL_BYTES ? bytes : POOL_BYTES;
        m->pool = (uintptr_t)sys_map(more, 0);
        m->pool_left = m->pool != 0 ? more : 0;
    }
    if (bytes > m->pool_left) {
        return NULL;
    }
    void *taken = (void *)m->pool;
    m->pool += bytes;
    m->pool_left -= bytes;
    return taken;
}

/* Readers may hold the old table for ever, so it stays. */
static void publish_ranges(void) {
    size_t n = 0;
    for (size_t i = 0; i < front.modules.n; i++) {
        n += front.modules.module[i].instrumented;
    }
    struct code_ranges *ranges = NULL;
    if (n != 0) {
        ranges = take(sizeof *ranges + n * sizeof ranges->range[0]);
    }
    if (ranges != NULL) {
        for (size_t i = 0; i < front.modules.n; i++) {
            if (front.modules.module[i].instrumented) {
                const struct module *m = &front.modules.module[i];
                ranges->range[ranges->n++] = (struct code_range){m->lo, m->hi, m->entry};
            }
        }
    }
    __atomic_store_n(&front.modules.instrumented, ranges, __ATOMIC_RELEASE);
}

/* e8 rel32, or ff /2 in its shorter forms. */
static bool follows_call(uintptr_t pc) {
    const uint8_t *p = (const uint8_t *)pc;
    return p[-5] == 0xe8 || (p[-6] == 0xff && p[-5] == 0x15) || (p[-2] == 0xff) ||
           (p[-3] == 0xff) || (p[-3] == 0x41 && p[-2] == 0xff);
}

bool code_is_programs(uintptr_t pc) {
    const struct module_state *modules = &front.modules;
    return pc - modules->program_lo < modules->program_hi - modules->program_lo;
}

bool code_is_users(uintptr_t pc) {
    return code_any() ? code_is_instrumented(pc) : code_is_programs(pc);
}

/* 0: there is none. */
static uintptr_t user_pc_between(const uintptr_t *at, const uintptr_t *end) {
    for (; at < end; at++) {
        if (code_is_users(*at) && code_is_users(*at - 8) && follows_call(*at)) {
            return *at;
        }
    }
    return 0;
}

/* The page of sp is mapped. The one above it may be a guard, and is asked for where nothing was found before it. */
uintptr_t code_user_pc(uintptr_t pc, const uintptr_t *sp) {
    if (code_is_users(pc)) {
        return pc;
    }
    const uintptr_t *most = sp + 128;
    const uintptr_t *page = (const uintptr_t *)(((uintptr_t)sp | (STUB_PAGE_BYTES - 1)) + 1);
    uintptr_t found = user_pc_between(sp, most < page ? most : page);
    if (found == 0 && page < most && !front.sandboxed && probe_bytes(page, sizeof *page)) {
        found = user_pc_between(page, most);
    }
    return found != 0 ? found : pc;
}

/* -- the scan -- */

struct scan {
    bool changed;
};

static void absolute_path(char *out, const char *name) {
    ssize_t n = 0;
    if (name[0] == '\0') {
        name = front.exe;
    }
    if (name[0] != '/') {
        n = SYS3(SYS_getcwd, out, PATH_MAX - 1, 0) - 1;
    }
    size_t at = n > 0 ? (size_t)n : 0;
    if (name[0] != '/' && at + 1 < PATH_MAX) {
        out[at++] = '/';
    }
    for (; *name != '\0' && at + 1 < PATH_MAX; name++) {
        out[at++] = *name;
    }
    out[at] = '\0';
}

/* What is loaded at the start has its thread-local variables at one distance from every thread's
 * pointer, and below it. */
static void note_tls(struct module *m, uintptr_t at, size_t bytes) {
    uintptr_t below = (uintptr_t)__builtin_thread_pointer() - at;
    m->storage_below = below;
    m->storage_bytes = bytes;
    front.modules.tls_bytes = below > front.modules.tls_bytes ? below : front.modules.tls_bytes;
}

/* Only a program's own dynamic section has it. */
static void note_linker(const ElfW(Dyn) * entry) {
    for (; entry->d_tag != DT_NULL; entry++) {
        if (entry->d_tag == DT_DEBUG && entry->d_un.d_ptr != 0) {
            front.modules.linker = (const struct r_debug *)entry->d_un.d_ptr;
        }
    }
}

static void extent(const struct dl_phdr_info *info, struct module *m, struct notes *notes) {
    m->bias = info->dlpi_addr;
    m->lo = UINTPTR_MAX;
    m->hi = 0;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *p = &info->dlpi_phdr[i];
        uintptr_t at = m->bias + p->p_vaddr;
        if (p->p_type == PT_LOAD && (p->p_flags & PF_X) != 0 && info->dlpi_name[0] == '\0') {
            front.modules.program_lo = at; /* constant, once set */
            front.modules.program_hi = at + p->p_memsz;
        }
        if (p->p_type == PT_LOAD) {
            m->lo = at < m->lo ? at : m->lo;
            m->hi = at + p->p_memsz > m->hi ? at + p->p_memsz : m->hi;
        } else if (p->p_type == PT_TLS && !front.on && info->dlpi_tls_data != NULL) {
            note_tls(m, (uintptr_t)info->dlpi_tls_data, p->p_memsz);
        } else if (p->p_type == PT_DYNAMIC && front.modules.linker == NULL) {
            note_linker((const ElfW(Dyn) *)at);
        } else if (p->p_type == PT_NOTE) {
            read_notes(notes, at, p->p_memsz, p->p_align);
        }
    }
}

static void introduce(struct module *m, const char *name, const struct notes *notes) {
    char path[PATH_MAX];
    absolute_path(path, name);
    if (notes->stubs != NULL) {
        m->entry = patch_stubs(notes->stubs);
        m->instrumented = m->entry != 0;
        if (m->instrumented) {
            count_up32(&det_process()->instrumented_modules);
        } else {
            count_up64(&det_process()->limits[LIMIT_UNPATCHED]);
        }
    }
    struct ev_module event = {.bias = m->bias,
                              .lo = m->lo,
                              .hi = m->hi,
                              .path = path,
                              .build_id = notes->build_id,
                              .build_id_bytes = notes->build_id_bytes,
                              .instrumented = m->instrumented,
                              .storage_below = m->storage_below,
                              .storage_bytes = m->storage_bytes};
    det_module_load(&event);
}

static void forget(struct scan *scan, const struct module *m) {
    det_memory_forget(m->lo, m->hi - m->lo);
    det_module_unload(m->lo);
    scan->changed = true;
}

/* Another thread may have closed one and opened the other since we looked. */
static void forget_what_lay_there(struct scan *scan, const struct module *fresh) {
    for (size_t i = 0; i < front.modules.n; i++) {
        struct module *m = &front.modules.module[i];
        if (m->lo < fresh->hi && fresh->lo < m->hi) {
            forget(scan, m);
            *m = front.modules.module[--front.modules.n];
            i--;
        }
    }
}

static int visit(struct dl_phdr_info *info, size_t bytes, void *argument) {
    (void)bytes;
    struct scan *scan = argument;
    struct module m = {.name_hash = hash_of(info->dlpi_name), .seen = true};
    struct notes notes = {0};
    extent(info, &m, &notes);
    if (front.given.heap_lo == 0 && info->dlpi_name[0] == '\0') {
        given_heap_begins(m.hi);
    }
    if (m.hi <= m.lo || strncmp(info->dlpi_name, "linux-vdso", 10) == 0) {
        return 0;
    }
    for (size_t i = 0; i < front.modules.n; i++) {
        struct module *known = &front.modules.module[i];
        if (known->lo == m.lo && known->name_hash == m.name_hash) {
            known->seen = true;
            return 0;
        }
    }
    forget_what_lay_there(scan, &m);
    if (front.modules.n < MODULES_MAX) {
        introduce(&m, info->dlpi_name, &notes);
        front.modules.module[front.modules.n++] = m;
        scan->changed = true;
    }
    return 0;
}

static void forget_unloaded(struct scan *scan) {
    size_t kept = 0;
    for (size_t i = 0; i < front.modules.n; i++) {
        struct module m = front.modules.module[i];
        if (m.seen) {
            m.seen = false;
            front.modules.module[kept++] = m;
        } else {
            forget(scan, &m);
        }
    }
    front.modules.n = kept;
}

void modules_scan(void) {
    struct scan scan = {false};
    struct det_task *t = hide_enter();
    lock();
    if (front.modules.module == NULL) {
        front.modules.module = (struct module *)sys_map(MODULES_MAX * sizeof(struct module), 0);
    }
    if (front.modules.module != NULL) {
        dl_iterate_phdr(visit, &scan);
        forget_unloaded(&scan);
        if (scan.changed) {
            publish_ranges();
        }
    }
    unlock();
    hide_leave(t);
}

void modules_fork_child(void) {
    unlock();
}

/* -- what tells us that modules come and go -- */

/* Called by the first constructor of a module whose hooks are still dormant: see dormant.c. */
INTERPOSE void raddle_detector_module(void);
void raddle_detector_module(void) {
    front_start(0, NULL, NULL);
    if (front.on) {
        modules_scan();
    }
}

/* Before, too: a library without hooks may not have been seen yet, though its code has run. */
INTERPOSE int dlclose(void *handle) {
    if (front.on) {
        modules_scan();
        life_runs_handlers();
    }
    int result = REAL_OF(dlclose)(handle);
    if (front.on) {
        modules_scan();
    }
    return result;
}
