/* exec.c - programs that the program starts: they are watched as well.
 *
 * Rule   Under the gate, whoever is started with an environment that lacks what loads us gets it
 *        back: what a cleared environment hides could not be told from clean. LD_PRELOAD with other
 *        libraries keeps them, behind ours. A RADDLE_FINDINGS of its own is a run inside the run.
 *        Without a gate the environment is left as it is.
 * Shell  system and popen start their shell from inside libc, with the environment as it is. When
 *        that lacks anything, the command begins with an export: the environment itself is read by
 *        other threads.
 * Reach  A program that is started by who has become another user may find the findings file shut, and run
 *        unobserved (mapping.h). It cannot say so itself: whoever starts it looks first, and counts it.
 *        So it does for a program into which no library can be preloaded (unseen.h), however it is started:
 *        a child of vfork or posix_spawn has not signed before.
 * Room   The array is on the stack, for a child of vfork shares the heap and all mappings; a large
 *        one is a mapping, which such a child leaves behind.
 * Zone   SYNC.
 */
#include "instrument/front.h"
#include "instrument/futex.h"
#include "instrument/life.h"
#include "instrument/mapping.h"
#include "instrument/probe.h"
#include "instrument/real.h"
#include "instrument/sandbox.h"
#include "instrument/sys.h"
#include "instrument/unseen.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>
#include <wordexp.h>

enum { ROOM_ON_STACK = 2048 };

/* -- environments -- */

/* What a variable of ours has in envp: its value; NULL: it is not there. variable: "NAME=…". */
static const char *value_in(char *const *envp, const char *variable) {
    size_t name = (size_t)(strchr(variable, '=') - variable) + 1;
    for (size_t i = 0; envp != NULL && envp[i] != NULL; i++) {
        if (strncmp(envp[i], variable, name) == 0) {
            return envp[i] + name;
        }
    }
    return NULL;
}

static bool loads_us(char *const *envp) {
    const char *value = value_in(envp, front.preload);
    return value != NULL && strstr(value, strchr(front.preload, '=') + 1) != NULL;
}

static bool is_watched_as(char *const *envp) {
    return front.preload[0] == '\0' || front.findings_given[0] == '\0' ||
           (loads_us(envp) && value_in(envp, front.findings_given) != NULL);
}

/* The kernel has an answer to one that cannot be read, and no other is looked at. */
static bool is_sound(char *const *envp) {
    return front.preload[0] == '\0' || envp == NULL || envp == environ || probe_list(envp) >= 0;
}

/* Bytes of an environment like this one that loads us; 0: it does already. */
static size_t bytes_missing(char *const *envp) {
    size_t n = 0;
    if (is_watched_as(envp)) {
        return 0;
    }
    while (envp != NULL && envp[n] != NULL) {
        n++;
    }
    const char *others = value_in(envp, front.preload);
    return (n + 3) * sizeof *envp + strlen(front.preload) + (others != NULL ? strlen(others) : 0) +
           2;
}

/* "LD_PRELOAD=ours", and behind it what was there. */
static char *preload_with(char *at, const char *others) {
    char *end = stpcpy(at, front.preload);
    if (others != NULL && others[0] != '\0') {
        *end = ':';
        strcpy(end + 1, others);
    }
    return at;
}

static char *const *watched_in(void *room, size_t bytes, char *const *envp) {
    char **out = room;
    const char *others = value_in(envp, front.preload);
    size_t name = (size_t)(strchr(front.preload, '=') - front.preload) + 1, n = 0;
    if (out == NULL) {
        return envp;
    }
    for (size_t i = 0; envp != NULL && envp[i] != NULL; i++) {
        if (strncmp(envp[i], front.preload, name) != 0) {
            out[n++] = envp[i];
        }
    }
    if (value_in(envp, front.findings_given) == NULL) {
        out[n++] = front.findings_given;
    }
    size_t text = strlen(front.preload) + (others != NULL ? strlen(others) : 0) + 2;
    out[n++] = preload_with((char *)room + bytes - text, others);
    out[n] = NULL;
    return out;
}

static void *map_room(size_t bytes) {
    return (void *)sys_map(bytes, 0);
}

/* envp, or one like it that loads us; lives as long as the calling function's frame. */
#define WATCHED(name, envp)                                                                        \
    bool name##_sound = is_sound(envp);                                                            \
    size_t name##_bytes = name##_sound ? bytes_missing(envp) : 0;                                  \
    char *const *name = name##_bytes == 0 ? (envp)                                                 \
                                          : watched_in(name##_bytes <= ROOM_ON_STACK               \
                                                           ? __builtin_alloca(name##_bytes)        \
                                                           : map_room(name##_bytes),               \
                                                       name##_bytes, (envp))

static void unmap(const void *room, size_t bytes) {
    if (room != NULL) {
        sys_unmap((uintptr_t)room, bytes);
    }
}

/* given: what WATCHED made of envp. */
static void let_go(char *const *given, size_t bytes, char *const *envp) {
    if (bytes > ROOM_ON_STACK && given != envp) {
        unmap(given, bytes);
    }
}

/* The process has as many descriptors as it may: what it starts has some that are closed by then, or cannot even
 * load libc. */
static bool has_no_number(long fault) {
    return fault == -EMFILE || fault == -ENFILE;
}

/* A name without directories is the loader's business. */
static bool can_be_loaded(void) {
    if (front.detector[0] != '/') {
        return true;
    }
    long fd = sys_call(SYS_openat, AT_FDCWD, (long)front.detector, O_RDONLY | O_CLOEXEC, 0, 0, 0);
    if (fd >= 0) {
        SYS3(SYS_close, fd, 0, 0);
    }
    return fd >= 0 || has_no_number(fd);
}

/* Counts a program that is about to be started with envp and will not be observed. */
static bool is_unseen(char *const *envp) {
    bool gate = front.preload[0] != '\0' && front.findings_given[0] != '\0';
    const char *path = gate ? value_in(envp, front.findings_given) : NULL;
    if (path == NULL || path[0] == '\0' || (can_be_loaded() && mapping_is_in_reach(path))) {
        return false;
    }
    atomic_fetch_add_explicit(&det_process()->limits[LIMIT_UNREACHED], 1, memory_order_relaxed);
    return true;
}

/* It was not started after all, unless result says so; gives result back. */
static int started(bool unseen, int result) {
    if (unseen && result != 0) {
        atomic_fetch_sub_explicit(&det_process()->limits[LIMIT_UNREACHED], 1, memory_order_relaxed);
    }
    return result;
}

/* -- exec -- */

/* Only a failure comes back from an exec. */
struct attempt {
    bool unseen, marked;
    struct record_head *program; /* NULL: it will sign by itself */
};

static struct attempt attempt(char *const *envp, struct record_head *program) {
    unseen_started(program, sys_getpid());
    return (struct attempt){is_unseen(envp), life_exec_begin(), program};
}

static int failed(const struct attempt *attempt, int result) {
    unseen_started(attempt->program, 0);
    return started(attempt->unseen, life_exec_failed(attempt->marked, result));
}

INTERPOSE int execve(const char *path, char *const *argv, char *const *envp) {
    WATCHED(given, envp);
    struct attempt at = attempt(given_sound ? given : NULL, unseen_file(AT_FDCWD, path));
    return failed(&at, REAL_OF(execve)(path, argv, given));
}

INTERPOSE int execvpe(const char *file, char *const *argv, char *const *envp) {
    WATCHED(given, envp);
    struct attempt at = attempt(given_sound ? given : NULL, unseen_named(file));
    return failed(&at, REAL_OF(execvpe)(file, argv, given));
}

INTERPOSE int fexecve(int fd, char *const *argv, char *const *envp) {
    WATCHED(given, envp);
    struct attempt at = attempt(given_sound ? given : NULL, unseen_open(fd));
    return failed(&at, REAL_OF(fexecve)(fd, argv, given));
}

INTERPOSE int execveat(int fd, const char *path, char *const *argv, char *const *envp, int flags) {
    WATCHED(given, envp);
    struct record_head *program = unseen_file(fd, path);
    if (program == NULL && (flags & AT_EMPTY_PATH) != 0) {
        program = unseen_open(fd);
    }
    struct attempt at = attempt(given_sound ? given : NULL, program);
    return failed(&at, REAL_OF(execveat)(fd, path, argv, given, flags));
}

INTERPOSE int execv(const char *path, char *const *argv) {
    return execve(path, argv, environ);
}

INTERPOSE int execvp(const char *file, char *const *argv) {
    return execvpe(file, argv, environ);
}

/* The words of execl and its kin, as an array in fresh memory: the kernel copies it, or the call
 * fails and the pages are lost to a program that is about to give up. */
static char **words_of(const char *first, va_list rest) {
    va_list count;
    size_t n = 1;
    va_copy(count, rest);
    while (va_arg(count, const char *) != NULL) {
        n++;
    }
    va_end(count);
    char **words = (char **)sys_map((n + 1) * sizeof *words, 0);
    if (words != NULL) {
        words[0] = (char *)(uintptr_t)first;
        for (size_t i = 1; i < n; i++) {
            words[i] = va_arg(rest, char *);
        }
    }
    return words;
}

INTERPOSE int execl(const char *path, const char *first, ...) {
    va_list rest;
    va_start(rest, first);
    char **words = words_of(first, rest);
    va_end(rest);
    return execve(path, words, environ);
}

INTERPOSE int execlp(const char *file, const char *first, ...) {
    va_list rest;
    va_start(rest, first);
    char **words = words_of(first, rest);
    va_end(rest);
    return execvpe(file, words, environ);
}

INTERPOSE int execle(const char *path, const char *first, ...) {
    va_list rest;
    va_start(rest, first);
    char **words = words_of(first, rest);
    (void)va_arg(rest, char *); /* the NULL that ends the words */
    char **envp = va_arg(rest, char **);
    va_end(rest);
    return execve(path, words, envp);
}

/* -- children that never were a copy of us -- */

/* The program of a spawn, which has to tell us its number. */
static int spawned(struct record_head *program, bool unseen, int result, const pid_t *child) {
    unseen_started(program, result == 0 ? *child : 0);
    return started(unseen, result);
}

INTERPOSE int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
                          const posix_spawnattr_t *attributes, char *const *argv,
                          char *const *envp) {
    WATCHED(given, envp);
    bool unseen = is_unseen(given_sound ? given : NULL);
    struct record_head *program = unseen_file(AT_FDCWD, path);
    pid_t child = 0, *to = pid != NULL ? pid : &child;
    int result = REAL_OF(posix_spawn)(to, path, actions, attributes, argv, given);
    result = spawned(program, unseen, result, to);
    let_go(given, given_bytes, envp);
    return result;
}

INTERPOSE int posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
                           const posix_spawnattr_t *attributes, char *const *argv,
                           char *const *envp) {
    WATCHED(given, envp);
    bool unseen = is_unseen(given_sound ? given : NULL);
    struct record_head *program = unseen_named(file);
    pid_t child = 0, *to = pid != NULL ? pid : &child;
    int result = REAL_OF(posix_spawnp)(to, file, actions, attributes, argv, given);
    result = spawned(program, unseen, result, to);
    let_go(given, given_bytes, envp);
    return result;
}

/* NAME='value' for a shell. At most four times as long as the variable, and four. */
static char *put_quoted(char *at, const char *variable) {
    const char *value = strchr(variable, '=') + 1;
    for (; variable < value; variable++) {
        *at++ = *variable;
    }
    *at++ = '\'';
    for (; *value != '\0'; value++) {
        at = *value == '\'' ? stpcpy(at, "'\\''") : (*at = *value, at + 1);
    }
    return stpcpy(at, "' ");
}

/* The shell that runs a command: found where the rest of its environment is. */
static bool shell_starts(void) {
    char *const with_us[] = {front.findings_given, NULL};
    bool has = with_us[0][0] != '\0' && value_in(environ, front.findings_given) != NULL;
    return is_unseen(has ? environ : with_us);
}

/* The command, after an export of what the environment lacks. NULL: it lacks nothing, or there is no
 * memory. *bytes: of the mapping. */
static char *watched_command(const char *command, size_t *bytes) {
    if (command == NULL || bytes_missing(environ) == 0) {
        return NULL;
    }
    const char *others = value_in(environ, front.preload);
    size_t preload = strlen(front.preload) + (others != NULL ? strlen(others) : 0) + 2;
    *bytes = 6 * (preload + strlen(front.findings_given)) + strlen(command) + 64;
    char *out = map_room(*bytes);
    if (out == NULL) {
        return NULL;
    }
    char *whole = out + *bytes - preload; /* beyond the text, for which there is room for two */
    char *at = put_quoted(stpcpy(out, "export "), preload_with(whole, others));
    if (value_in(environ, front.findings_given) == NULL) {
        at = put_quoted(at, front.findings_given);
    }
    strcpy(stpcpy(at, "; "), command);
    return out;
}

INTERPOSE int system(const char *command) {
    size_t bytes = 0;
    char *watched = watched_command(command, &bytes);
    bool unseen = command != NULL && shell_starts();
    int result = REAL_OF(system)(watched != NULL ? watched : command);
    unmap(watched, bytes);
    (void)started(unseen, result == -1);
    return result;
}

INTERPOSE FILE *popen(const char *command, const char *mode) {
    size_t bytes = 0;
    char *watched = watched_command(command, &bytes);
    bool unseen = shell_starts();
    FILE *result = REAL_OF(popen)(watched != NULL ? watched : command, mode);
    unmap(watched, bytes);
    (void)started(unseen, result == NULL);
    return result;
}

/* It runs a shell for `$(…)` and for `…` between grave accents, in the environment as it is. */
INTERPOSE int wordexp(const char *words, wordexp_t *to, int flags) {
    bool runs = (flags & WRDE_NOCMD) == 0 && (strstr(words, "$(") || strchr(words, '`') != NULL);
    bool unseen = runs && shell_starts();
    if (runs && !unseen && bytes_missing(environ) != 0) {
        atomic_fetch_add_explicit(&det_process()->limits[LIMIT_UNREACHED], 1, memory_order_relaxed);
    }
    return REAL_OF(wordexp)(words, to, flags);
}

/* -- processes that share our memory -- */

/* Such a one may wake whoever waits here, and none of our lists has it. A child of vfork has its parent wait. And at
 * the end of a thread that the program makes itself the kernel may wake who waits at a word. */
static void may_share_memory(unsigned long flags) {
    bool process = (flags & (CLONE_VM | CLONE_THREAD | CLONE_VFORK)) == CLONE_VM;
    bool wakes = (flags & (CLONE_VM | CLONE_CHILD_CLEARTID)) == (CLONE_VM | CLONE_CHILD_CLEARTID);
    if (flags & CLONE_VM) {
        det_alone_ends();
    }
    if (process || wakes) {
        __atomic_store_n(&front.shares_memory, true, __ATOMIC_RELAXED);
    }
}

/* With all words that there may be, for nobody knows how many were given. */
INTERPOSE int clone(int (*function)(void *), void *stack, int flags, void *argument, ...) {
    void *word[3];
    va_list rest;
    va_start(rest, argument);
    for (size_t i = 0; i < sizeof word / sizeof word[0]; i++) {
        word[i] = va_arg(rest, void *);
    }
    va_end(rest);
    may_share_memory((unsigned)flags);
    return REAL_OF(clone)(function, stack, flags, argument, word[0], word[1], word[2]);
}

/* -- by number -- */

/* All others go on as they are: with six words, for nobody knows how many were given. */
INTERPOSE long syscall(long number, ...) {
    long word[6];
    va_list rest;
    va_start(rest, number);
    for (size_t i = 0; i < sizeof word / sizeof word[0]; i++) {
        word[i] = va_arg(rest, long);
    }
    va_end(rest);
    if (number == SYS_execve) {
        return execve((const char *)word[0], (char *const *)word[1], (char *const *)word[2]);
    }
    if (number == SYS_execveat) {
        return execveat((int)word[0], (const char *)word[1], (char *const *)word[2],
                        (char *const *)word[3], (int)word[4]);
    }
    if (number == SYS_prctl) {
        return prctl((int)word[0], word[1], word[2], word[3], word[4]);
    }
    if (number == SYS_clone ||
        number == SYS_clone3) { /* whose flags stand in memory, which may be none */
        may_share_memory(number == SYS_clone ? (unsigned long)word[0] : CLONE_VM);
    }
    if (number == SYS_futex) {
        return futex_call(word, CALLER_PC);
    }
    bool filters = number == SYS_seccomp && word[0] != SECCOMP_GET_ACTION_AVAIL &&
                   word[0] != SECCOMP_GET_NOTIF_SIZES;
    bool is_strict = filters && word[0] == SECCOMP_SET_MODE_STRICT;
    if (filters) {
        sandbox_begins(is_strict);
    }
    return sandbox_began(
        is_strict, REAL_OF(syscall)(number, word[0], word[1], word[2], word[3], word[4], word[5]));
}
