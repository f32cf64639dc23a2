/* processes.c - the processes of a log and their address spaces. */
#include "instrument/tools/report/processes.h"

#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/say.h"

enum { LONGEST_ANCESTRY = 64 };

static void read_arguments(struct process *process, const struct raw_item *item) {
    if (item == NULL) {
        return;
    }
    const char *at = item->data, *end = at + item->bytes;
    size_t room = 0;
    while (at < end) {
        size_t length = strnlen(at, (size_t)(end - at));
        process->arguments =
            mem_grow(process->arguments, process->n_arguments, &room, sizeof *process->arguments);
        process->arguments[process->n_arguments++] = str_format("%.*s", (int)length, at);
        at += length + 1;
    }
}

static void add_process(struct processes *processes, const struct raw_record *record,
                        size_t index) {
    size_t head = raw_next(record, RAW_NO_OWNER, ITEM_PROCESS);
    if (head == RAW_NO_OWNER) {
        return;
    }
    processes->all =
        mem_grow(processes->all, processes->n, &processes->room, sizeof *processes->all);
    struct process *process = &processes->all[processes->n++];
    memset(process, 0, sizeof *process);
    process->record = index;
    raw_copy(&record->items[head], &process->raw, sizeof process->raw);
    process->raw.pid = record->pid;
    process->exe = raw_text(raw_find(record, head, ITEM_TEXT, ROLE_PATH));
    if (process->exe == NULL) {
        process->exe = str_copy("?");
    }
    read_arguments(process, raw_find(record, head, ITEM_TEXT, ROLE_ARGUMENTS));
}

static struct process *latest(const struct processes *processes, uint32_t pid, size_t before) {
    for (size_t i = processes->n; i-- > 0;) {
        if (processes->all[i].raw.pid == pid && processes->all[i].record <= before) {
            return &processes->all[i];
        }
    }
    return NULL;
}

static void add_module(struct processes *processes, const struct raw_record *record, size_t index,
                       struct modules *modules) {
    struct process *process = latest(processes, record->pid, index);
    size_t head = raw_next(record, RAW_NO_OWNER, ITEM_MODULE);
    if (process == NULL || head == RAW_NO_OWNER) {
        return;
    }
    struct loaded_module loaded = {.record = index};
    raw_copy(&record->items[head], &loaded.raw, sizeof loaded.raw);
    bool gone = (loaded.raw.instrumented & MODULE_GONE) != 0;
    char *path = raw_text(raw_find(record, head, ITEM_TEXT, ROLE_PATH));
    if (loaded.raw.build_id_bytes > sizeof loaded.raw.build_id) {
        loaded.raw.build_id_bytes = sizeof loaded.raw.build_id;
    }
    if (!gone) {
        loaded.module = modules_open(modules, path == NULL ? "?" : path, loaded.raw.build_id,
                                     loaded.raw.build_id_bytes);
    }
    free(path);
    process->loaded =
        mem_grow(process->loaded, process->n_loaded, &process->room, sizeof *process->loaded);
    process->loaded[process->n_loaded++] = loaded;
}

/* An exec after which nobody with that pid was ever heard of again. */
static void mark_replaced(struct processes *processes) {
    for (size_t i = 0; i < processes->n; i++) {
        struct process *process = &processes->all[i];
        process->replaced =
            process->raw.ended == 2 && latest(processes, process->raw.pid, SIZE_MAX) == process;
    }
}

/* Recorded by whoever started it, for it seemed not to be able to sign by itself. */
static bool is_stand_in(const struct process *process) {
    return process->raw.ended == FINDINGS_STATIC || process->raw.ended == FINDINGS_OTHER_RIGHTS;
}

/* It has signed after all. */
static bool has_signed(const struct processes *processes, const struct process *stand_in) {
    for (size_t i = 0; i < processes->n; i++) {
        const struct process *other = &processes->all[i];
        if (other->raw.pid == stand_in->raw.pid && !is_stand_in(other) &&
            other->raw.start_ns >= stand_in->raw.start_ns) {
            return true;
        }
    }
    return false;
}

static void free_process(struct process *process) {
    for (size_t k = 0; k < process->n_arguments; k++) {
        free(process->arguments[k]);
    }
    free(process->arguments);
    free(process->exe);
    free(process->loaded);
}

/* Those that were not started, or need nobody to stand in for them. */
static void drop_stand_ins(struct processes *processes) {
    size_t kept = 0;
    for (size_t i = 0; i < processes->n; i++) {
        struct process *process = &processes->all[i];
        process->needless =
            is_stand_in(process) && (process->raw.pid == 0 || has_signed(processes, process));
    }
    for (size_t i = 0; i < processes->n; i++) {
        if (processes->all[i].needless) {
            free_process(&processes->all[i]);
        } else {
            processes->all[kept++] = processes->all[i];
        }
    }
    processes->n = kept;
}

/* A hash (FNV-1a) of who ran, and when. The same for the same file. */
static uint64_t run_of(const struct processes *processes) {
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < processes->n; i++) {
        const struct raw_process *raw = &processes->all[i].raw;
        uint64_t words[] = {raw->pid, (uint64_t)raw->start_ns};
        for (size_t k = 0; k < 16; k++) {
            hash = (hash ^ (words[k / 8] >> (8 * (k % 8)) & 0xff)) * UINT64_C(0x100000001b3);
        }
    }
    return hash;
}

void processes_read(struct processes *processes, const struct raw_log *log,
                    struct modules *modules) {
    for (size_t i = 0; i < log->n_records; i++) {
        if (log->records[i].kind == RECORD_PROCESS) {
            add_process(processes, &log->records[i], i);
        } else if (log->records[i].kind == RECORD_MODULE) {
            add_module(processes, &log->records[i], i, modules);
        }
    }
    drop_stand_ins(processes);
    mark_replaced(processes);
    processes->run = run_of(processes);
}

void processes_free(struct processes *processes) {
    for (size_t i = 0; i < processes->n; i++) {
        free_process(&processes->all[i]);
    }
    free(processes->all);
    memset(processes, 0, sizeof *processes);
}

const struct process *process_of(const struct processes *processes, const struct raw_log *log,
                                 size_t record) {
    return latest(processes, log->records[record].pid, record);
}

const struct process *process_before(const struct processes *processes,
                                     const struct process *process) {
    if (process->record == 0) {
        return NULL;
    }
    const struct process *replaced = latest(processes, process->raw.pid, process->record - 1);
    return replaced != NULL && replaced->raw.ended == 2
               ? replaced
               : latest(processes, process->raw.ppid, process->record - 1);
}

static const struct loaded_module *loaded_at(const struct process *process, size_t record,
                                             uint64_t address) {
    for (size_t i = process->n_loaded; i-- > 0;) {
        const struct loaded_module *loaded = &process->loaded[i];
        if (loaded->record <= record && address >= loaded->raw.lo && address < loaded->raw.hi) {
            return loaded;
        }
    }
    return NULL;
}

const struct loaded_module *process_module_at(const struct processes *processes,
                                              const struct process *process, size_t record,
                                              uint64_t address) {
    for (int i = 0; process != NULL && i < LONGEST_ANCESTRY; i++) {
        const struct loaded_module *loaded = loaded_at(process, record, address);
        if (loaded != NULL) {
            return loaded->module != NULL ? loaded : NULL;
        }
        record = process->record;
        process = record == 0 ? NULL : latest(processes, process->raw.ppid, record - 1);
    }
    return NULL;
}

bool process_is_concurrent(const struct process *process) {
    return process->raw.tasks > 1 || process->raw.threads > 1;
}

size_t processes_count(const struct processes *processes) {
    size_t n = 0;
    for (size_t i = 0; i < processes->n; i++) {
        n += latest(processes, processes->all[i].raw.pid, SIZE_MAX) == &processes->all[i];
    }
    return n;
}

uint64_t processes_tasks(const struct processes *processes) {
    uint64_t n = 0;
    for (size_t i = 0; i < processes->n; i++) {
        n += processes->all[i].raw.tasks;
    }
    return n;
}
