/* synthesize.c - writes a findings file for one test case.
 *
 * usage: synthesize CASE FILE
 *
 * The process of the records is this program itself: its module record is true, and the addresses
 * are those of bank.c in it, so every run has others when addresses are randomised.
 */
#include <elf.h>
#include <limits.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "detector/event.h"
#include "tests/tools/bank.h"
#include "tests/tools/writer.h"

enum { PID = 4711, CAPACITY = 1 << 20, MAIN = 1, ALICE = 2, BOB = 3 };

static struct findings_file *file;
static struct places places;
static struct record record;

/* -- this program as a module -- */

static void find_build_id(const struct dl_phdr_info *info, struct raw_module *module) {
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        const char *at = (const char *)info->dlpi_addr + segment->p_vaddr;
        const char *end = at + segment->p_memsz;
        while (segment->p_type == PT_NOTE && at + sizeof(ElfW(Nhdr)) <= end) {
            const ElfW(Nhdr) *note = (const ElfW(Nhdr) *)(const void *)at;
            const char *name = at + sizeof *note;
            const char *content = name + ((note->n_namesz + 3) & ~3u);
            if (note->n_type == NT_GNU_BUILD_ID && memcmp(name, "GNU", 4) == 0) {
                module->build_id_bytes = note->n_descsz;
                memcpy(module->build_id, content, note->n_descsz);
            }
            at = content + ((note->n_descsz + 3) & ~3u);
        }
    }
}

static int describe_first(struct dl_phdr_info *info, size_t bytes, void *out) {
    struct raw_module *module = out;
    (void)bytes;
    module->bias = info->dlpi_addr;
    module->instrumented = 1;
    module->lo = UINT64_MAX;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        uint64_t lo = info->dlpi_addr + segment->p_vaddr, hi = lo + segment->p_memsz;
        if (segment->p_type == PT_LOAD) {
            module->lo = lo < module->lo ? lo : module->lo;
            module->hi = hi > module->hi ? hi : module->hi;
        }
    }
    find_build_id(info, module);
    return 1;
}

static void add_process(uint32_t pid, uint32_t tasks, uint32_t instrumented, uint32_t ended) {
    char exe[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    exe[n < 0 ? 0 : n] = '\0';
    struct raw_process process = {.pid = pid,
                                  .ppid = 1,
                                  .detector_version = EV_VERSION,
                                  .instrumented_modules = instrumented,
                                  .tasks = tasks,
                                  .threads = 1,
                                  .ended = ended};
    record_begin(&record, RECORD_PROCESS, pid);
    record_item(&record, ITEM_PROCESS, ROLE_NONE, &process, sizeof process);
    record_text(&record, ROLE_PATH, exe);
    record_item(&record, ITEM_TEXT, ROLE_ARGUMENTS, "./bank\0--fast", 14);
    file_append(file, &record, RECORD_COMMITTED);

    struct raw_module module = {0};
    dl_iterate_phdr(describe_first, &module);
    record_begin(&record, RECORD_MODULE, pid);
    record_item(&record, ITEM_MODULE, ROLE_NONE, &module, sizeof module);
    record_text(&record, ROLE_PATH, exe);
    file_append(file, &record, RECORD_COMMITTED);
}

/* -- items -- */

static void add_stack(uint16_t role, void *inner, void *outer) {
    uint64_t pc[] = {(uint64_t)(uintptr_t)inner, (uint64_t)(uintptr_t)outer};
    record_item(&record, ITEM_STACK, role, pc, outer == NULL ? 8 : 16);
}

static void add_access(const void *addr, uint32_t size, uint32_t bits, uint64_t task, void *pc) {
    struct raw_access access = {
        .addr = (uint64_t)(uintptr_t)addr, .size = size, .access = bits, .task = task};
    record_item(&record, ITEM_ACCESS, ROLE_NONE, &access, sizeof access);
    add_stack(ROLE_WHERE, pc, places.customer);
}

static void add_value(const void *bytes, uint32_t n) {
    record_item(&record, ITEM_VALUE, ROLE_NONE, bytes, n);
}

static void add_lock(const void *addr, uint32_t mode, const char *name) {
    struct raw_lock lock = {.addr = (uint64_t)(uintptr_t)addr, .mode = mode};
    record_item(&record, ITEM_LOCK, ROLE_NONE, &lock, sizeof lock);
    add_stack(ROLE_WHERE, places.customer, NULL);
    if (name != NULL) {
        record_text(&record, ROLE_NAME, name);
    }
}

static void add_task(uint64_t serial, uint32_t kind, uint32_t state, uint32_t count,
                     uint32_t daemon, const char *name) {
    struct raw_task task = {.serial = serial,
                            .id = serial,
                            .parent = serial == MAIN ? 0 : MAIN,
                            .parent_id = MAIN,
                            .kind = kind,
                            .state = state,
                            .count = count,
                            .daemon = daemon};
    record_item(&record, ITEM_TASK, ROLE_NONE, &task, sizeof task);
    if (serial != MAIN) {
        add_stack(ROLE_CREATED, places.visit, NULL);
    }
    if (name != NULL) {
        record_text(&record, ROLE_NAME, name);
    }
}

static void add_wait(uint32_t kind, const void *object, const char *name, uint64_t waker) {
    struct raw_wait wait = {.kind = kind,
                            .n_objects = object != NULL,
                            .objects = {(uint64_t)(uintptr_t)object},
                            .waiting_ns = 1500000000,
                            .waker = waker,
                            .endless = 1};
    record_item(&record, ITEM_WAIT, ROLE_NONE, &wait, sizeof wait);
    add_stack(ROLE_WHERE, places.withdraw, places.customer);
    if (object != NULL) {
        struct raw_object raw = {
            .addr = (uint64_t)(uintptr_t)object, .size = 96, .kind = EV_OBJECT_CHAN};
        record_item(&record, ITEM_OBJECT, ROLE_NONE, &raw, sizeof raw);
        add_stack(ROLE_CREATED, places.visit, NULL);
        if (name != NULL) {
            record_text(&record, ROLE_NAME, name);
        }
    }
}

static void add_two_goroutines(void) {
    add_task(ALICE, EV_TASK_GOROUTINE, RAW_TASK_RUNNING, 1, 0, "alice");
    add_task(BOB, EV_TASK_GOROUTINE, RAW_TASK_FINISHED, 1, 0, NULL);
}

static void add_order(uint32_t published, uint32_t knows, uint32_t common) {
    struct raw_order order = {.a_published = published, .b_knows_a = knows, .common_lock = common};
    record_item(&record, ITEM_ORDER, ROLE_NONE, &order, sizeof order);
}

static void finish(void) {
    file_append(file, &record, RECORD_COMMITTED);
}

/* -- cases -- */

static void race_in(uint32_t pid, const void *addr, uint32_t size, bool swapped) {
    record_begin(&record, RECORD_RACE, pid);
    add_access(addr, size, EV_WRITE, swapped ? BOB : ALICE,
               swapped ? places.deposit : places.withdraw);
    add_access(addr, size, EV_READ, swapped ? ALICE : BOB,
               swapped ? places.withdraw : places.deposit);
    add_two_goroutines();
    add_order(0, 0, 0);
    finish();
}

static void race_on(const void *addr, uint32_t size, bool swapped) {
    race_in(PID, addr, size, swapped);
}

static void race(void) {
    race_on(&account.balance, 8, false);
}

static void race_swapped(void) {
    race_on(&account.balance, 8, true);
}

static void race_twice(void) {
    race_on(&account.balance, 8, true);
    add_process(PID + 1, 3, 1, 1);
    race_in(PID + 1, &account.balance, 8, false);
}

/* What the later access found is told, of what the earlier one found nothing. */
static void race_member(void) {
    static const uint8_t found[ITEM_VALUE_BYTES] = {0xd7, 0xff, 0xff, 0xff};
    const int *high = &account.limits[1].high;
    record_begin(&record, RECORD_RACE, PID);
    add_access(high, 4, EV_WRITE, ALICE, places.withdraw);
    add_value(found, 4);
    add_access(high, 4, EV_READ, BOB, places.deposit);
    add_value(found, 4);
    add_two_goroutines();
    add_order(0, 0, 0);
    finish();
}

/* Values that no detector writes: longer than any, of another size than the access, or empty. */
static void race_odd_value(void) {
    static const uint8_t found[2 * ITEM_VALUE_BYTES];
    const struct {
        const void *addr;
        uint32_t size, found;
    } odd[] = {{&account, sizeof found, sizeof found},
               {&account.limits[0].low, 4, 3},
               {&account.limits[0].high, 4, 0}};
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        record_begin(&record, RECORD_RACE, PID);
        add_access(odd[i].addr, odd[i].size, EV_WRITE, ALICE, places.withdraw);
        add_value(found, odd[i].found);
        add_access(odd[i].addr, odd[i].size, EV_READ, BOB, places.deposit);
        add_two_goroutines();
        finish();
    }
}

static void race_element(void) {
    race_on(places.counter, 4, false);
}

static void race_static(void) {
    race_on(places.calls, 4, false);
}

/* The earlier access' task is over: nothing is said of what it published. */
static void race_known(void) {
    record_begin(&record, RECORD_RACE, PID);
    add_access(&account.balance, 8, EV_WRITE, MAIN, places.withdraw);
    add_access(&account.balance, 8, EV_WRITE, BOB, places.deposit);
    add_task(MAIN, EV_TASK_MAIN, RAW_TASK_RUNNING, 1, 0, NULL);
    add_task(BOB, EV_TASK_GOROUTINE, RAW_TASK_FINISHED, 1, 0, NULL);
    add_order(0, 1, 0);
    finish();
}

static void race_unknown(void) {
    race_on((const void *)0x10, 4, false);
}

static void race_locks(void) {
    record_begin(&record, RECORD_RACE, PID);
    add_access(&account.balance, 8, EV_WRITE, ALICE, places.withdraw);
    add_lock(&account.limits[0], EV_LOCK_READ, NULL);
    add_access(&account.balance, 8, EV_READ | EV_ATOMIC, MAIN, places.deposit);
    add_lock(&account.limits[0], EV_LOCK_READ, NULL);
    add_lock((const void *)0x7000, EV_LOCK_WRITE, "cache.mu");
    add_task(ALICE, EV_TASK_THREAD, RAW_TASK_RUNNING, 1, 0, NULL);
    add_task(MAIN, EV_TASK_MAIN, RAW_TASK_RUNNING, 1, 0, NULL);
    add_order(1, 1, 1);
    finish();
}

static void race_freed(void) {
    struct raw_block block = {.addr = 0x5000, .size = 64, .task = MAIN, .freed = 1};
    record_begin(&record, RECORD_RACE, PID);
    add_access((const void *)0x5008, 4, EV_READ, ALICE, places.withdraw);
    add_access((const void *)0x5000, 64, EV_WRITE | EV_FREE, BOB, places.deposit);
    add_two_goroutines();
    record_item(&record, ITEM_BLOCK, ROLE_NONE, &block, sizeof block);
    add_stack(ROLE_CREATED, places.visit, NULL);
    add_stack(ROLE_FREED, places.deposit, places.customer);
    add_order(1, 0, 0);
    finish();
}

static void race_stack(void) {
    struct raw_block block = {.addr = 0x5000, .size = 4096, .task = BOB, .kind = 1};
    record_begin(&record, RECORD_RACE, PID);
    add_access((const void *)0x5008, 4, EV_WRITE, ALICE, places.withdraw);
    add_access((const void *)0x5008, 4, EV_WRITE | EV_VOLATILE, BOB, places.deposit);
    add_two_goroutines();
    record_item(&record, ITEM_BLOCK, ROLE_NONE, &block, sizeof block);
    add_order(0, 1, 0);
    finish();
}

static void deadlock(void) {
    record_begin(&record, RECORD_DEADLOCK, PID);
    record_text(&record, ROLE_MESSAGE, "all goroutines are asleep - deadlock!");
    add_task(MAIN, EV_TASK_MAIN, RAW_TASK_WAITING, 1, 0, NULL);
    add_wait(EV_WAIT_CHAN_RECEIVE, (const void *)0x9000, "results", ALICE);
    add_task(ALICE, EV_TASK_GOROUTINE, RAW_TASK_WAITING, 1, 0, "alice");
    add_wait(EV_WAIT_CHAN_SEND, (const void *)0x9100, NULL, 0);
    finish();
}

static void deadlock_alone(void) {
    record_begin(&record, RECORD_DEADLOCK, PID);
    record_text(&record, ROLE_MESSAGE, "all goroutines are asleep - deadlock!");
    add_task(MAIN, EV_TASK_MAIN, RAW_TASK_WAITING, 1, 0, NULL);
    add_wait(EV_WAIT_SELECT_NO_CASES, NULL, NULL, 0);
    finish();
}

static void leak_of(uint32_t kind, uint32_t wait, uint32_t count, uint32_t daemon) {
    record_begin(&record, RECORD_LEAK, PID);
    add_task(ALICE, kind, RAW_TASK_WAITING, count, daemon, NULL);
    add_wait(wait, wait == EV_WAIT_SLEEP ? NULL : (const void *)0x9000, NULL, 0);
    add_task(MAIN, EV_TASK_MAIN, RAW_TASK_RUNNING, 1, 0, NULL); /* the parent, only to be named */
    finish();
}

static void leak(void) {
    leak_of(EV_TASK_GOROUTINE, EV_WAIT_CHAN_SEND, 3, 0);
}

static void leak_sleeping(void) {
    leak_of(EV_TASK_GOROUTINE, EV_WAIT_SLEEP, 1, 0);
}

static void leak_daemon(void) {
    leak_of(EV_TASK_GOROUTINE, EV_WAIT_CHAN_RECEIVE, 1, 1);
}

static void leak_thread(void) {
    leak_of(EV_TASK_THREAD, EV_WAIT_PTHREAD_COND, 4, 0);
}

static void message(uint32_t kind, const char *text) {
    record_begin(&record, kind, PID);
    record_text(&record, ROLE_MESSAGE, text);
    add_task(ALICE, EV_TASK_GOROUTINE, RAW_TASK_RUNNING, 1, 0, NULL);
    add_stack(ROLE_NONE, places.withdraw, places.customer);
    finish();
}

static void panic(void) {
    message(RECORD_PANIC, "send on closed channel");
}

static void misuse(void) {
    message(RECORD_MISUSE, "unlock of an unlocked mutex");
}

static void nothing(void) {
}

static void unobserved(void) {
    add_process(PID + 1, 5, 0, 1);
}

/* The first record's writer died while it wrote the body; the second's before it said how long. */
static void half_written(void) {
    record_begin(&record, RECORD_RACE, PID);
    add_access(&account.balance, 8, EV_WRITE, ALICE, places.withdraw);
    file_append(file, &record, RECORD_RESERVED);
    file_reserve_only(file, 256);
    race();
}

static void full(void) {
    file_reserve_only(file, CAPACITY);
    race();
}

static const struct {
    const char *name;
    void (*write)(void);
} cases[] = {
    {"nothing", nothing},
    {"race", race},
    {"race-swapped", race_swapped},
    {"race-twice", race_twice},
    {"race-member", race_member},
    {"race-odd-value", race_odd_value},
    {"race-element", race_element},
    {"race-static", race_static},
    {"race-known", race_known},
    {"race-unknown", race_unknown},
    {"race-locks", race_locks},
    {"race-freed", race_freed},
    {"race-stack", race_stack},
    {"deadlock", deadlock},
    {"deadlock-alone", deadlock_alone},
    {"leak", leak},
    {"leak-sleeping", leak_sleeping},
    {"leak-daemon", leak_daemon},
    {"leak-thread", leak_thread},
    {"panic", panic},
    {"misuse", misuse},
    {"unobserved", unobserved},
    {"half-written", half_written},
    {"full", full},
};

int main(int argc, char **argv) {
    visit_bank(&places);
    for (size_t i = 0; argc == 3 && i < sizeof cases / sizeof cases[0]; i++) {
        if (strcmp(cases[i].name, argv[1]) == 0) {
            file = file_create(argv[2], CAPACITY);
            add_process(PID, 3, 1, 1);
            cases[i].write();
            return 0;
        }
    }
    for (size_t i = 0; argc == 1 && i < sizeof cases / sizeof cases[0]; i++) {
        puts(cases[i].name);
    }
    return argc == 1 ? 0 : 1;
}
