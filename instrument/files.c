/* files.c - descriptors. Closing one that a task waits for does not wake it, and the number may be
 * given out again under it; only who stands before close(2) can see that. Zone: SYNC.
 */
#include "instrument/front.h"
#include "instrument/io.h"
#include "instrument/real.h"

#include <unistd.h>

INTERPOSE int close(int fd) {
    bool (*is_awaited)(int) = __atomic_load_n(&front.is_awaited, __ATOMIC_ACQUIRE);
    if (UNLIKELY(is_awaited != NULL) && is_awaited(fd)) {
        struct det_task *t = event_enter();
        if (t != NULL) {
            det_defect(t, EV_DEFECT_MISUSE,
                       "close of a descriptor that a task waits for: use rdl_close_fd", CALLER_PC);
            event_leave();
        }
    }
    io_closes(fd);
    return REAL_OF(close)(fd);
}
