/* init.c - the start: from the first instruction of ours in a process to a running detector.
 *
 * -z initfirst makes our constructor run before all others, libc's included: environ is still NULL
 * then, so the environment is the constructor's third argument. Another library may have taken that
 * privilege; then its constructors, or the hooks of a module (raddle_detector_module), start us,
 * and /proc/self holds what the arguments would have.
 */
#include "instrument/current.h"
#include "instrument/front.h"
#include "instrument/host.h"
#include "instrument/jump.h"
#include "instrument/life.h"
#include "instrument/mapping.h"
#include "instrument/modules.h"
#include "instrument/options.h"
#include "instrument/real.h"
#include "instrument/sys.h"
#include "instrument/table.h"
#include "instrument/test_name.h"
#include "instrument/thread.h"

#include <string.h>
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
    uintptr_t lo = 0, hi = 0, *number = &lo;
    for (const char *p = line; p != NULL && *p != '\0' && *p != ' '; p++) {
        if (*p == '-') {
            number = &hi;
        } else {
            *number = *number << 4 | (uintptr_t)(*p <= '9' ? *p - '0' : *p - 'a' + 10);
        }
    }
    struct rlimit limit = {.rlim_cur = RLIM_INFINITY};
    SYS3(SYS_getrlimit, RLIMIT_STACK, &limit, 0);
    uintptr_t room = limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > STACK_WHEN_UNLIMITED
                         ? STACK_WHEN_UNLIMITED
                         : (uintptr_t)limit.rlim_cur;
    start->stack_hi = hi;
    start->stack_lo = hi > room ? hi - room : lo;
}

static void start_core(void) {
    struct det_start start = {.host = &host,
                              .options = &front.options,
                              .findings = front.findings,
                              .pid = (uint32_t)front.pid,
                              .ppid = (uint32_t)SYS3(SYS_getppid, 0, 0, 0)};
    long n = SYS3(SYS_readlink, "/proc/self/exe", front.exe, sizeof front.exe - 1);
    front.exe[n > 0 ? n : 0] = '\0';
    start.exe = front.exe;
    start.arguments = sys_read_file("/proc/self/cmdline", &start.arguments_bytes);
    main_stack(&start);
    const struct raddle_events *core = det_start(&start, &front.main_task);
    if (core == NULL) {
        sys_say("raddle: no memory for the detector; raise `ulimit -v` or the memory limit", NULL);
        sys_exit(125);
    }
    table_fill(core);
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

/* False: this process cannot be observed, and runs as if we were not there. */
static bool start_all(const struct environment *e) {
    front.pid = front.creator = sys_getpid();
    front.thread_ids = 1;
    options_read(&front.options, get(e, "RADDLE_OPTIONS"));
    real_find();
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
    test_name_start(get(e, "RADDLE_TEST_NAME"));
    start_core();
    atomic_store_explicit(&det_process()->threads, 1, memory_order_relaxed);
    front.halts = front.options.halt_on_error;
    thread_init();
    jump_start();
    signals_start();
    life_start();
    modules_scan();
    return true;
}

void front_start(int argc, char **argv, char **envp) {
    (void)argc, (void)argv;
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
    if (start_all(&e)) {
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
