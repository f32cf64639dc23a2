/* An allocator in the place of libc's, as programs link them in: it begins at the first call, which is made before
 * any constructor runs, and calls what the detector stands before while it holds its lock. That does not
 * nest, and what it is asked for meanwhile it cannot give. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HEAP = 1 << 24, HEAD = 16 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int is_up;
static char heap[HEAP];
static size_t used;

static void begin(void) {
    char settings[64];
    pthread_mutex_lock(&lock);
    if (!is_up) {
        int fd = open("/proc/self/cmdline", O_RDONLY);
        ssize_t n = read(fd, settings, sizeof settings);
        n += readlink("/proc/self/exe", settings, sizeof settings);
        close(fd);
        is_up = n > 0 && getenv("PATH") != NULL ? 2 : 1;
    }
    pthread_mutex_unlock(&lock);
}

void *malloc(size_t n) {
    if (!is_up) {
        begin();
    }
    size_t at = __atomic_fetch_add(&used, HEAD + (n + HEAD - 1) / HEAD * HEAD, __ATOMIC_RELAXED);
    if (at > sizeof heap - HEAD || n > sizeof heap - HEAD - at) {
        errno = ENOMEM;
        return NULL;
    }
    *(size_t *)(void *)(heap + at) = n;
    return heap + at + HEAD;
}

void free(void *block) {
    (void)block;
}

void *calloc(size_t n, size_t size) { /* no block is given twice */
    return size != 0 && n > (size_t)-1 / size ? NULL : malloc(n * size);
}

void *realloc(void *block, size_t n) {
    void *other = malloc(n);
    if (block != NULL && other != NULL) {
        size_t was = ((size_t *)block)[-2];
        memcpy(other, block, was < n ? was : n);
    }
    return other;
}
