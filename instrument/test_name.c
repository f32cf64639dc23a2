/* test_name.c - see test_name.h.
 *
 * Criterion's variable is found once, by name, and read when something was found: nobody's code is
 * called, and no pointer of the program is trusted. Memory is read by the kernel, which answers where
 * a load of ours would be a fault.
 */
#include "instrument/test_name.h"

#include "instrument/real.h"
#include "instrument/sys.h"

#include <dlfcn.h>
#include <sys/uio.h>

/* struct criterion_test of Criterion 2, as far as we need it. */
struct criterion_test {
    const char *name, *suite;
};

static size_t copy_name(char *out, size_t at, size_t room, const char *name) {
    while (name != NULL && *name != '\0' && at + 1 < room) {
        out[at++] = *name++;
    }
    out[at] = '\0';
    return at;
}

void test_name_start(const char *environment) {
    copy_name(front.test.given, 0, sizeof front.test.given, environment);
    front.test.criterion = dlsym(RTLD_DEFAULT, "criterion_current_test");
    (void)dlerror(); /* that there is none is no news to the program */
}

/* -- what Criterion knows -- */

static size_t read_memory(void *out, const void *from, size_t bytes) {
    struct iovec here = {.iov_base = out, .iov_len = bytes};
    struct iovec there = {.iov_base = (void *)(uintptr_t)from, .iov_len = bytes};
    long got = sys_call(SYS_process_vm_readv, sys_getpid(), (long)&here, 1, (long)&there, 1, 0);
    return got > 0 ? (size_t)got : 0;
}

/* Appends a text of the program, page by page: the one behind its end may be nobody's. */
static size_t append_text(char *out, size_t at, size_t room, const char *from) {
    enum { PAGE = 4096 };
    char part[TEST_NAME_BYTES + 1];
    for (size_t left = room - 1 - at; from != NULL && left > 0;) {
        size_t n = PAGE - ((uintptr_t)from & (PAGE - 1));
        n = n < left ? n : left;
        size_t got = read_memory(part, from, n);
        part[got] = '\0';
        size_t before = at;
        at = copy_name(out, at, room, part);
        if (at - before < n) {
            break;
        }
        from += n;
        left -= n;
    }
    return at;
}

static void criterion_name(char *out, size_t room) {
    const struct criterion_test *running = NULL;
    struct criterion_test test = {0};
    if (read_memory(&running, front.test.criterion, sizeof running) == sizeof running &&
        running != NULL && read_memory(&test, running, sizeof test) == sizeof test) {
        size_t at = append_text(out, 0, room, test.suite);
        at = copy_name(out, at, room, at != 0 ? "." : "");
        append_text(out, at, room, test.name);
    }
}

/* Inside the core, and so inside the guard. */
void test_name_now(char *out, size_t room) {
    copy_name(out, 0, room, front.test.given);
    if (out[0] == '\0' && front.test.criterion != NULL && !front.sandboxed) {
        criterion_name(out, room);
    }
}
