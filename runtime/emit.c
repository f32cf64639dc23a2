/* emit.c - finding the detector, once. */
#include "runtime/emit.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

const struct raddle_events *rdl__events;

static void mismatch(void) {
    static const char text[] =
        "raddle: the detector in LD_PRELOAD and this program's runtime are of different versions: "
        "install both from one build\n";
    ssize_t ignored = write(STDERR_FILENO, text, sizeof(text) - 1);
    (void)ignored;
    _exit(125);
}

/* Before main: the first call of all may be one that needs nothing of us, as that of a group that counts up. Libraries
 * are initialised before the detector is, but it begins for who asks. */
__attribute__((constructor)) static void find_early(void) {
    void (*begin)(void);
    *(void **)&begin = dlsym(RTLD_DEFAULT, RADDLE_BEGIN_SYMBOL);
    if (begin != NULL) {
        begin();
        rdl__emit_init();
    }
    (void)dlerror(); /* what the program asks next is about its own */
}

void rdl__emit_init(void) {
    const struct raddle_events *events = dlsym(RTLD_DEFAULT, RADDLE_EVENTS_SYMBOL);
    if (events == NULL || events->version == EV_VERSION_DORMANT) {
        return;
    }
    /* A longer table is a newer detector: members only grow at its end. */
    if (events->version != EV_VERSION || events->bytes < sizeof(struct raddle_events)) {
        mismatch();
    }
    rdl__events = events;
}

/* Not static: compilers may remake tables that only they see, and raddle-gdb.py reads this one. */
const char *const rdl__emit_wait_texts[] = {
#define X(name, text) text,
    EV_WAIT_KINDS(X)
#undef X
};

const char *rdl__emit_wait_text(enum ev_wait_kind kind) {
    return rdl__emit_wait_texts[kind];
}
