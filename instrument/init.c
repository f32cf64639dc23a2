/* init.c - the start: from the first instruction of ours in a process to a running detector.
 *
 * -z initfirst makes our constructor run before all others, libc's included: environ is still NULL
 * then, so the environment is the constructor's third argument. Another library may have taken that
 * privilege; then its constructors, or the hooks of a module (raddle_detector_module), start us,
 * and /proc/self holds what the arguments would have. Where there is no /proc, the loader's notes and our
 * arguments tell most of it: the name by which the program was started, its words, the end of the stack.
 */
#include "instrument/callers.h"
#include "instrument/current.h"
#include "instrument/front.h"
#include "instrument/host.h"
#include "instrument/jump.h"
#include "instrument/life.h"
#include "instrument/mapping.h"
#include "instrument/modules.h"
#include "instrument/omp_lock.h"
#include "instrument/options.h"
#include "instrument/real.h"
#include "instrument/report.h"
#include "instrument/streamlock.h"
#include "instrument/sys.h"
#include "instrument/table.h"
#include "instrument/test_name.h"
#include "instrument/thread.h"
#include "instrument/unseen.h"

#include <string.h>
#include <sys/auxv.h>
#include <sys/resource.h>

#define STACK_WHEN_UNLIMITED ((uintptr_t)64 << 20)

/* The environment as one text per variable, each ended by a NUL, the last by two. */
struct environment {
    char **envp;      /* as the loader gives it, or NULL: */
    const char *text; /* /proc/self/environ */
    size_t bytes;
};

static const char *value_if(const char *variable, const char *name) {
    while (*name != '\0' && *variable == *name) {
        variable++;
        name++;
    }
    return *name == '\0' && *variable == '=' ? variable + 1 : NULL;
}

static const char *get(const struct environment *e, const char *name) {
    const char *value = NULL;
    for (char **variable = e->envp; variable != NULL && *variable != NULL; variable++) {
        if ((value = value_if(*variable, name)) != NULL) {
            return value;
        }
    }
    for (size_t at = 0; e->text != NULL && at < e->bytes;) {
        if ((value = value_if(e->text + at, name)) != NULL) {
            return value;
        }
        while (at < e->bytes && e->text[at] != '\0') {
            at++;
        }
        at++;
    }
    return NULL;
}

/* The initial thread's stack ends where the program's name lies, page-aligned, and grows as far as
 * the limit allows. */
static uintptr_t end_of_stack_by_name(void) {
    const char *name = (const char *)getauxval(AT_EXECFN);
    uintptr_t end = name != NULL ? (uintptr_t)name + strlen(name) + 1 : 0;
    return (end + 4095) & ~(uintptr_t)4095;
}

/* Of a line of /proc/self/maps; 0: it has none. */
static void range_of(const char *line, uintptr_t *lo, uintptr_t *hi) {
    uintptr_t *number = lo;
    *lo = *hi = 0;
    for (const char *p = line; p != NULL && *p != '\0' && *p != ' '; p++) {
        if (*p == '-') {
            number = hi;
        } else {
            *number = *number << 4 | (uintptr_t)(*p <= '9' ? *p - '0' : *p - 'a' + 10);
        }
    }
}

static void main_stack(struct det_start *start) {
    size_t bytes = 0;
    const char *maps = sys_read_file("/proc/self/maps", &bytes);
    const char *line = maps;
    for (const char *p = maps; p != NULL && *p != '\0'; p++) {
        if (*p == '\n') {
            line = p + 1;
        } else if (p[0] == '[' && p[1] == 's' && p[2] == 't' && p[3] == 'a') {
            break;
        }
    }
    uintptr_t lo, hi;
    range_of(line, &lo, &hi);
    hi = hi != 0 ? hi : end_of_stack_by_name();
    struct rlimit limit = {.rlim_cur = RLIM_INFINITY};
    SYS3(SYS_getrlimit, RLIMIT_STACK, &limit, 0);
    uintptr_t room = limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > STACK_WHEN_UNLIMITED
                         ? STACK_WHEN_UNLIMITED
                         : (uintptr_t)limit.rlim_cur;
    start->stack_hi = hi;
    start->stack_lo = hi > room ? hi - room : lo;
}

/* The dynamic linker was started as a program and has loaded the executable itself: /proc/self/exe is the linker,
 * and the executable the file that its program headers are mapped from. */
static bool find_loaded_by_hand(void) {
    uintptr_t headers = getauxval(AT_PHDR), lo, hi;
    size_t bytes = 0, n = 0;
    const char *line = getauxval(AT_BASE) == 0 ? sys_read_file("/proc/self/maps", &bytes) : NULL;
    for (; line != NULL && *line != '\0'; line = line[0] == '\n' ? line + 1 : line) {
        size_t length = strcspn(line, "\n"), path = strcspn(line, "/\n");
        range_of(line, &lo, &hi);
        if (headers - lo < hi - lo && path < length) {
            for (; path < length && n + 1 < sizeof front.exe; path++) {
                front.exe[n++] = line[path];
            }
            return true;
        }
        line += length;
    }
    return false;
}

/* The executable's path, without /proc made absolute from the name it was started by. */
static void find_executable(void) {
    size_t room = sizeof front.exe, n = 0;
    if (find_loaded_by_hand()) {
        return;
    }
    long got = SYS3(SYS_readlink, "/proc/self/exe", front.exe, room - 1);
    if (got > 0) {
        front.exe[got] = '\0';
        return;
    }
    const char *name = (const char *)getauxval(AT_EXECFN);
    if (name == NULL) {
        return;
    }
    if (name[0] != '/') {
        long bytes = SYS3(SYS_getcwd, front.exe, room - 1, 0); /* with its NUL */
        n = bytes > 1 ? (size_t)bytes : 0;
        front.exe[n > 0 ? n - 1 : 0] = '/';
    }
    while (*name != '\0' && n + 1 < room) {
        front.exe[n++] = *name++;
    }
    front.exe[n] = '\0';
}

/* argv as /proc/self/cmdline has it, in fresh memory; NULL: there are none. */
static const char *joined(char **argv, size_t *bytes) {
    for (char **word = argv; word != NULL && *word != NULL; word++) {
        *bytes += strlen(*word) + 1;
    }
    char *out = *bytes != 0 ? (char *)sys_map(*bytes, 0) : NULL, *at = out;
    for (char **word = argv; out != NULL && *word != NULL; word++) {
        at = stpcpy(at, *word) + 1;
    }
    return out;
}

static void start_core(char **argv) {
    struct det_start start = {.host = &host,
                              .options = &front.options,
                              .findings = front.findings,
                              .pid = (uint32_t)front.pid,
                              .ppid = (uint32_t)SYS3(SYS_getppid, 0, 0, 0)};
    start.exe = front.exe;
    start.arguments = sys_read_file("/proc/self/cmdline", &start.arguments_bytes);
    if (start.arguments == NULL) {
        start.arguments = joined(argv, &start.arguments_bytes);
    }
    main_stack(&start);
    front.callers.stack_lo = start.stack_lo;
    front.callers.stack_hi = start.stack_hi;
    const struct raddle_events *core = det_start(&start, &front.main_task);
    if (core == NULL) {
        unseen_sign(front.findings, -1);
        sys_say("raddle: no memory for the detector; raise `ulimit -v` or the memory limit", NULL);
        sys_exit(125);
    }
    table_fill(core);
    det_alone_watched(front.main_task);
}

/* "NAME=value", whole or not at all. */
static void keep_variable(char *out, size_t room, const char *name, const char *value) {
    size_t n = 0, names = strlen(name), values = value != NULL ? strlen(value) : room;
    if (names + 1 + values < room) {
        for (; n < names; n++) {
            out[n] = name[n];
        }
        out[n++] = '=';
        for (size_t i = 0; i <= values; i++) {
            out[n + i] = value[i];
        }
    }
}

/* What list names first, whole or not at all. */
static void keep_first(char *out, size_t room, const char *list) {
    size_t n = list != NULL ? strcspn(list, ": ") : 0;
    for (size_t i = 0; n < room && i < n; i++) {
        out[i] = list[i];
    }
}

/* Valgrind runs a program on a processor of its own making, which has no room for our shadow; its own
 * program, which is static, is what the gate counts as not observed. */
static bool is_under_valgrind(const struct environment *e) {
    const char *preload = get(e, "LD_PRELOAD");
    if (preload == NULL || strstr(preload, "/vgpreload_") == NULL) {
        return false;
    }
    sys_say(
        "raddle: valgrind watches this process, so Raddle cannot; run it under one of them at a "
        "time",
        NULL);
    if (get(e, "RADDLE_FINDINGS") == NULL) {
        sys_exit(125);
    }
    return true;
}

/* False: this process cannot be observed, and runs as if we were not there. */
static bool start_all(const struct environment *e, char **argv) {
    if (is_under_valgrind(e)) {
        real_find();
        table_dormant();
        return false;
    }
    front.pid = front.creator = sys_getpid();
    front.self_offset = (uintptr_t)&self - (uintptr_t)pthread_self();
    front.thread_ids = 1;
    options_read(&front.options, get(e, "RADDLE_OPTIONS"));
    real_find();
    find_executable();
    if (!mapping_open(get(e, "RADDLE_FINDINGS"), get(e, "XDG_RUNTIME_DIR"))) {
        table_dormant();
        return false;
    }
    if (!front.bare) {
        keep_variable(front.preload, sizeof front.preload, "LD_PRELOAD", get(e, "LD_PRELOAD"));
        keep_variable(front.findings_given, sizeof front.findings_given, "RADDLE_FINDINGS",
                      get(e, "RADDLE_FINDINGS"));
        keep_first(front.detector, sizeof front.detector, get(e, "LD_PRELOAD"));
    }
    report_start(get(e, "RADDLE_REPORT"));
    test_name_start(get(e, "RADDLE_TEST_NAME"));
    start_core(argv);
    atomic_store_explicit(&det_process()->threads, 1, memory_order_relaxed);
    front.halts = front.options.halt_on_error;
    thread_init();
    jump_start();
    signals_start();
    life_start();
    modules_scan();
    callers_start();
    streamlock_start();
    omp_lock_start();
    det_task_storage(front.main_task, (uintptr_t)__builtin_thread_pointer(),
                     front.modules.tls_bytes);
    return true;
}

void front_start(int argc, char **argv, char **envp) {
    (void)argc;
    if (__atomic_load_n(&front.begun, __ATOMIC_ACQUIRE) == 2) {
        return;
    }
    uint32_t none = 0;
    if (!__atomic_compare_exchange_n(&front.begun, &none, 1, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_ACQUIRE)) {
        return; /* we are inside it, or another thread is: both go unwatched for this moment */
    }
    struct environment e = {.envp = envp};
    if (envp == NULL) {
        e.text = sys_read_file("/proc/self/environ", &e.bytes);
    }
    self.hidden = 1;
    if (start_all(&e, argv)) {
        self.own = self.task = front.main_task;
        self.state = THREAD_JOINABLE;
        self.hidden = 0;
        front.on = true;
    }
    __atomic_store_n(&front.begun, 2, __ATOMIC_RELEASE);
}

__attribute__((constructor(101))) static void begin(int argc, char **argv, char **envp) {
    front_start(argc, argv, envp);
}
