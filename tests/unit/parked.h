/* parked.h - waits until tasks are parked for a reason, seen in a dump: "surely parked by now" is no
 * proof, on a busy machine it is not even true.
 */
#ifndef PARKED_H
#define PARKED_H

#include <raddle.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* How many tasks a dump shows parked for this reason, the text in brackets [TR-04]. */
static inline int count_parked(const char *reason) {
    size_t bytes = (size_t)1 << 20;
    char *text = malloc(bytes);
    int fd = memfd_create("dump", 0);
    rdl_dump(fd);
    ssize_t n = pread(fd, text, bytes - 1, 0);
    text[n < 0 ? 0 : n] = 0;
    close(fd);
    int found = 0;
    for (const char *at = strchr(text, '['); at != NULL; at = strchr(at + 1, '[')) {
        found += strncmp(at + 1, reason, strlen(reason)) == 0 &&
                 strchr(",]", at[1 + strlen(reason)]) != NULL;
    }
    free(text);
    return found;
}

static inline void await_parked(const char *reason, int n) {
    while (count_parked(reason) < n) {
        rdl_yield();
    }
}

#define PARKED_LOCK  "sync.Mutex.Lock"
#define PARKED_WRITE "sync.RWMutex.Lock"
#define PARKED_READ  "sync.RWMutex.RLock"
#define PARKED_WAIT  "sync.WaitGroup.Wait"
#define PARKED_COND  "sync.Cond.Wait"
#define PARKED_UNITS "semacquire"

#endif
