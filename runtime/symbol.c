/* symbol.c - asking raddle-report what an address is. */
#include "runtime/symbol.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <poll.h>
#include <raddle.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/os.h"
#include "runtime/out.h"
#include "runtime/unwind.h"

#define ANSWER_MS   10000 /* the tool reads the debug information of a large program once */
#define LINE_BYTES  1024
#define PATH_BYTES  4096
#define ENVIRON_MAX 1024
#define TOOL        "raddle-report"

extern char **environ;

/* -- finding and starting the tool -- */

static bool is_program(const char *path) {
    return access(path, X_OK) == 0;
}

static bool join(char *to, size_t bytes, const char *directory, size_t n, const char *rest) {
    if (n + strlen(rest) + 1 > bytes) {
        return false;
    }
    rdl__arch_copy(to, directory, n);
    rdl__arch_copy(to + n, rest, strlen(rest) + 1);
    return is_program(to);
}

/* Beside the file that holds the runtime: in the build tree, or installed. */
static bool find_beside_us(char *path, size_t bytes) {
    static const char *const places[] = {"/../instrument/tools/" TOOL, "/../../bin/" TOOL,
                                         "/../bin/" TOOL};
    char own[PATH_BYTES];
    uintptr_t bias;
    if (!rdl__symbol_module((uintptr_t)rdl_version + 1, own, sizeof(own), &bias)) {
        return false;
    }
    const char *slash = strrchr(own, '/');
    size_t n = slash == NULL ? 1 : (size_t)(slash - own);
    const char *directory = slash == NULL ? "." : own;
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        if (join(path, bytes, directory, n, places[i])) {
            return true;
        }
    }
    return false;
}

static bool find_in_path(char *path, size_t bytes) {
    const char *at = getenv("PATH");
    while (at != NULL && *at != 0) {
        size_t n = strcspn(at, ":");
        if (n != 0 && join(path, bytes, at, n, "/" TOOL)) {
            return true;
        }
        at += n + (at[n] == ':');
    }
    return false;
}

static bool find_tool(char *path, size_t bytes) {
    const char *told = getenv("RADDLE_REPORT");
    if (told != NULL && *told != 0 && strlen(told) < bytes) {
        rdl__arch_copy(path, told, strlen(told) + 1);
        return is_program(path);
    }
    return find_beside_us(path, bytes) || find_in_path(path, bytes);
}

/* The tool is no part of the program under test: neither preloaded nor watched. */
static void run_tool(const char *path, int fd) {
    char *const arguments[] = {(char *)TOOL, (char *)"--symbolize", NULL};
    char *environment[ENVIRON_MAX];
    size_t n = 0;
    for (char **at = environ; at != NULL && *at != NULL && n + 1 < ENVIRON_MAX; at++) {
        if (strncmp(*at, "LD_PRELOAD=", 11) != 0 && strncmp(*at, "RADDLE_", 7) != 0) {
            environment[n++] = *at;
        }
    }
    environment[n] = NULL;
    dup2(fd, STDIN_FILENO);
    dup2(fd, STDOUT_FILENO);
    int null = open("/dev/null", O_WRONLY);
    if (null >= 0) {
        dup2(null, STDERR_FILENO);
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(path, arguments, environment);
    _exit(127);
}

void rdl__symbol_open(struct symbolizer *s) {
    char path[PATH_BYTES];
    int ends[2];
    s->fd = -1;
    s->pid = -1;
    if (!find_tool(path, sizeof(path)) ||
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        return;
    }
    s->pid = _Fork(); /* runs no handlers: they may wait for locks that this process holds */
    if (s->pid == 0) {
        run_tool(path, ends[1]);
    }
    close(ends[1]);
    if (s->pid < 0) {
        close(ends[0]);
        return;
    }
    s->fd = ends[0];
}

static void give_up(struct symbolizer *s) {
    if (s->fd >= 0) {
        close(s->fd);
        s->fd = -1;
        kill(s->pid, SIGKILL);
        while (waitpid(s->pid, NULL, 0) < 0 && errno == EINTR) {
        }
    }
}

void rdl__symbol_close(struct symbolizer *s) {
    give_up(s);
}

/* -- modules -- */

bool rdl__symbol_module(uintptr_t pc, char *path, size_t bytes, uintptr_t *bias) {
    struct dl_find_object object;
    path[0] = 0;
    *bias = 0;
    if (_dl_find_object((void *)(pc - 1), &object) != 0) {
        return false;
    }
    *bias = object.dlfo_link_map->l_addr;
    const char *name = object.dlfo_link_map->l_name;
    if (name != NULL && *name != 0 && strlen(name) < bytes) {
        rdl__arch_copy(path, name, strlen(name) + 1);
        return true;
    }
    ssize_t n = readlink("/proc/self/exe", path, bytes - 1);
    path[n < 0 ? 0 : n] = 0;
    return n > 0;
}

/* -- asking -- */

static bool ask(struct symbolizer *s, const struct symbol *about, uintptr_t bias) {
    struct out o;
    rdl__out_start(&o, s->fd);
    rdl__out_hex(&o, about->pc);
    rdl__out_text(&o, " ");
    rdl__out_hex(&o, bias);
    rdl__out_text(&o, " ");
    rdl__out_text(&o, about->module);
    rdl__out_text(&o, "\n");
    return send(s->fd, o.bytes, o.n, MSG_NOSIGNAL) == (ssize_t)o.n;
}

/* One line, without its end. False: the tool has died, or thinks for too long. */
static bool read_line(struct symbolizer *s, char *line, size_t bytes) {
    size_t n = 0;
    for (;;) {
        struct pollfd ready = {.fd = s->fd, .events = POLLIN};
        if (poll(&ready, 1, ANSWER_MS) <= 0) {
            return false;
        }
        ssize_t got = recv(s->fd, line + n, bytes - 1 - n, 0);
        if (got <= 0) {
            return false;
        }
        n += (size_t)got;
        if (line[n - 1] == '\n') {
            line[n - 1] = 0;
            return true;
        }
        if (n == bytes - 1) {
            return false;
        }
    }
}

/* Cuts `text` at the next tab and copies what stood before it. */
static char *field(char *text, char *to, size_t bytes) {
    size_t n = strcspn(text, "\t");
    size_t kept = n < bytes ? n : bytes - 1;
    rdl__arch_copy(to, text, kept);
    to[kept] = 0;
    return text + n + (text[n] == '\t');
}

/* FUNCTION <tab> FILE <tab> LINE <tab> OFFSET */
static void parse_answer(char *line, struct symbol *to) {
    char number[24];
    char offset[sizeof(to->offset) - 3];
    line = field(line, to->function, sizeof(to->function));
    line = field(line, to->file, sizeof(to->file));
    line = field(line, number, sizeof(number));
    field(line, offset, sizeof(offset));
    to->line = (unsigned)strtoul(number, NULL, 10);
    const char *digits = offset + (offset[0] == '+');
    digits += digits[0] == '0' && digits[1] == 'x' ? 2 : 0;
    rdl__arch_copy(to->offset, "+0x", 3);
    rdl__arch_copy(to->offset + 3, digits, strlen(digits) + 1);
    if (to->function[0] == '?') {
        to->function[0] = 0;
    }
    if (to->file[0] == '?') {
        to->file[0] = 0;
    }
}

static void name_from_memory(struct symbol *to) {
    struct out o;
    rdl__out_start(&o, -1);
    uintptr_t offset;
    if (!rdl__unwind_name(to->pc - 1, to->function, sizeof(to->function), &offset)) {
        to->function[0] = 0;
        return;
    }
    rdl__out_text(&o, "+");
    rdl__out_hex(&o, offset + 1);
    rdl__arch_copy(to->offset, o.bytes, o.n);
    to->offset[o.n] = 0;
}

static void look_up(struct symbolizer *s, struct symbol *to) {
    char line[LINE_BYTES];
    uintptr_t bias;
    rdl__symbol_module(to->pc, to->module, sizeof(to->module), &bias);
    to->module_offset = to->pc - bias;
    if (s->fd >= 0) {
        if (ask(s, to, bias) && read_line(s, line, sizeof(line))) {
            parse_answer(line, to);
        } else {
            give_up(s);
        }
    }
    if (to->function[0] == 0) {
        name_from_memory(to);
    }
}

const struct symbol *rdl__symbol_find(struct symbolizer *s, uintptr_t pc) {
    struct symbol *place = &s->cache[(pc * 0x9e3779b97f4a7c15u >> 32) % SYMBOL_SLOTS];
    if (place->pc != pc) {
        rdl__arch_zero(place, sizeof(*place));
        place->pc = pc;
        look_up(s, place);
    }
    return place;
}
