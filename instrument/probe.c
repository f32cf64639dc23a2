/* probe.c - see probe.h. */
#include "instrument/probe.h"

#include "instrument/sys.h"

#include <errno.h>

enum { PAGE = 4096, PAGES_ASKED = 16, WORD = 8 };

/* The word that at lies in, which no page's end divides. The call reads a mask, and then knows no such change of
 * it as -1. */
static bool can_read(uintptr_t at) {
    return front.sandboxed || sys_call(SYS_rt_sigprocmask, -1, (long)(at & ~(uintptr_t)(WORD - 1)),
                                       0, WORD, 0, 0) != -EFAULT;
}

bool probe_bytes(const void *bytes, size_t n) {
    uintptr_t at = (uintptr_t)bytes, last = at + n - 1;
    if (n == 0) {
        return true;
    }
    if (at < PAGE || last < at || !can_read(at) || ((at ^ last) >= WORD && !can_read(last))) {
        return false;
    }
    for (uintptr_t page = (at | (PAGE - 1)) + 1, i = 0; page < last && i < PAGES_ASKED; i++) {
        if (!can_read(page)) {
            return false;
        }
        page += PAGE;
    }
    return true;
}

size_t probe_text(const char *text, size_t most) {
    for (size_t n = 0; n < most; n++) {
        bool is_new_page = n == 0 || ((uintptr_t)(text + n) & (PAGE - 1)) == 0;
        if (is_new_page && !probe_bytes(text + n, 1)) {
            return 0;
        }
        if (text[n] == '\0') {
            return n + 1;
        }
    }
    return 0;
}

long probe_list(char *const *list) {
    for (long n = 0;; n++) {
        if (!probe_bytes(&list[n], sizeof list[n])) {
            return -1;
        }
        if (list[n] == NULL) {
            return n;
        }
        if (probe_text(list[n], (size_t)-1) == 0) {
            return -1;
        }
    }
}
