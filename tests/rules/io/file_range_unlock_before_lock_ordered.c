/* Rule    io.file_range_unlock_before_lock  [HB-IO-01]
 * Expect  none
 * Why     who locks a file comes after who let it go.
 * Twin    file_range_unlock_before_lock_races.c
 */
#include "../invisible.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>

int x, mine, other;

static void lock(int fd, short kind) {
    fcntl(fd, F_OFD_SETLKW, &(struct flock){.l_type = kind, .l_len = 1});
}

static void *a(void *unused) {
    lock(mine, F_WRLCK);
    x = 1;
    lock(mine, F_UNLCK);
    mark(0);
    return NULL;
}

int main(void) {
    char path[32];
    pthread_t thread;
    mine = memfd_create("mine", 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", mine);
    other = open(path, O_RDWR);
    pthread_create(&thread, NULL, a, NULL);
    await(0);
    lock(other, F_WRLCK);
    x = 2;
    return pthread_join(thread, NULL);
}
