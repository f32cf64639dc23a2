/* place.c - see place.h.
 *
 * The file `syscall` of a thread has the call that it sleeps in, its arguments, the program's stack pointer and
 * where it called; "running" when it does not sleep; "-1" and two of these when it sleeps in no call. Who asks
 * must be allowed to trace it.
 */
#include "instrument/place.h"

#include "instrument/sys.h"

#include <errno.h>
#include <fcntl.h>

/* -- texts ---------------------------------------------------------------------------------- */

static char *put(char *at, const char *text) {
    while (*text != '\0') {
        *at++ = *text++;
    }
    *at = '\0';
    return at;
}

static char *put_number(char *at, uint32_t n) {
    if (n >= 10) {
        at = put_number(at, n / 10);
    }
    *at = (char)('0' + n % 10);
    at[1] = '\0';
    return at + 1;
}

/* The start of /proc/PID/task/ID/NAME, ended by NUL; its length, or minus errno. */
static long read_of_thread(int pid, uint32_t id, const char *name, char *text, size_t room) {
    char path[64];
    char *at = put(put_number(put(path, "/proc/"), (uint32_t)pid), "/task/");
    put(put(put_number(at, id), "/"), name);
    long fd = SYS3(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return fd;
    }
    long n = SYS3(SYS_read, fd, text, room - 1);
    SYS3(SYS_close, fd, 0, 0);
    text[n > 0 ? n : 0] = '\0';
    return n;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* The next word of *text, decimal or with 0x before it, and what follows it. */
static uintptr_t next_number(const char **text) {
    const char *at = *text;
    uintptr_t n = 0;
    at += *at == ' ';
    if (at[0] == '0' && at[1] == 'x') {
        for (at += 2; is_digit(*at) || (*at >= 'a' && *at <= 'f'); at++) {
            n = n << 4 | (uintptr_t)(is_digit(*at) ? *at - '0' : *at - 'a' + 10);
        }
    } else {
        for (; is_digit(*at); at++) {
            n = n * 10 + (uintptr_t)(*at - '0');
        }
    }
    *text = at;
    return n;
}

/* -- one thread ----------------------------------------------------------------------------- */

static void read_place(const char *text, struct place *place) {
    place->asleep = *text == '-' || is_digit(*text);
    place->call = -1;
    if (is_digit(*text)) {
        place->call = (long)next_number(&text);
        for (size_t i = 0; i < 6; i++) {
            place->argument[i] = next_number(&text);
        }
    } else if (*text == '-') {
        text += 2;
    } else {
        return;
    }
    place->sp = next_number(&text);
    place->pc = next_number(&text);
    place->gone = place->sp == 0;
}

enum place_of place_of_thread(int pid, uint32_t id, struct place *place) {
    char text[256];
    *place = (struct place){.call = -1};
    long n = read_of_thread(pid, id, "syscall", text, sizeof text);
    if (n > 0) {
        read_place(text, place);
    }
    if (n == -ENOENT || n == -ESRCH || n == 0 || place->gone) {
        place->gone = true;
        return PLACE_GONE;
    }
    return n > 0 ? PLACE_KNOWN : PLACE_FORBIDDEN;
}

/* The numbers in lines of `status` that end so. */
static uint64_t number_behind(const char *text, const char *label) {
    size_t same = 0;
    for (; *text != '\0' && label[same] != '\0'; text++) {
        same = *text == label[same] ? same + 1 : *text == label[0] ? 1 : 0;
    }
    while (*text == '\t') {
        text++;
    }
    return label[same] == '\0' ? next_number(&text) : 0;
}

/* schedstat: its time on processors, its time before them, its turns; zeros where the kernel does not count. */
uint64_t place_turns(int pid, uint32_t id) {
    char text[4096];
    const char *at = text;
    if (read_of_thread(pid, id, "schedstat", text, sizeof text) > 0) {
        next_number(&at);
        next_number(&at);
        uint64_t turns = next_number(&at);
        if (turns != 0) {
            return turns;
        }
    }
    return read_of_thread(pid, id, "status", text, sizeof text) > 0
               ? number_behind(text, "nonvoluntary_ctxt_switches:") +
                     number_behind(text, "\nvoluntary_ctxt_switches:")
               : 0;
}

/* The letter of `stat`; X: it is not there any more. */
static char state_of(int pid, uint32_t id) {
    char text[256], state = 'X';
    if (read_of_thread(pid, id, "stat", text, sizeof text) > 0) {
        for (const char *at = text; *at != '\0';
             at++) { /* the name may have parentheses of its own */
            state = at[0] == ')' && at[1] == ' ' ? at[2] : state;
        }
    }
    return state;
}

bool place_is_dead(int pid, uint32_t id) {
    char state = state_of(pid, id);
    return state == 'Z' || state == 'X';
}

bool place_is_awake(int pid, uint32_t id) {
    return state_of(pid, id) == 'R';
}

/* -- all ------------------------------------------------------------------------------------ */

struct entry { /* of getdents64 */
    uint64_t inode, next;
    uint16_t bytes;
    uint8_t type;
    char name[];
};

static void each_of(char *text, size_t n, void (*each)(void *argument, uint32_t id),
                    void *argument) {
    for (size_t at = 0; at < n;) {
        const struct entry *entry = (const struct entry *)(const void *)(text + at);
        const char *name = entry->name;
        if (is_digit(*name)) {
            each(argument, (uint32_t)next_number(&name));
        }
        at += entry->bytes;
    }
}

bool place_list(int pid, char *text, size_t room, void (*each)(void *argument, uint32_t id),
                void *argument) {
    char path[32];
    put(put_number(put(path, "/proc/"), (uint32_t)pid), "/task");
    long fd = SYS3(SYS_openat, AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    long n;
    while ((n = SYS3(SYS_getdents64, fd, text, room)) > 0) {
        each_of(text, (size_t)n, each, argument);
    }
    SYS3(SYS_close, fd, 0, 0);
    return n == 0;
}
