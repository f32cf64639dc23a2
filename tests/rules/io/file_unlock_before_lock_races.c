/* Rule    io.file_unlock_before_lock  [HB-IO-01]
 * Expect  race x
 * Why     another file is another lock.
 * Twin    file_unlock_before_lock_ordered.c
 */
#include "../invisible.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/file.h>
#include <unistd.h>

int x, mine, other;

static void *a(void *unused) {
    flock(mine, LOCK_EX);
    x = 1;
    flock(mine, LOCK_UN);
    mark(0);
    return NULL;
}

int main(void) {
    pthread_t thread;
    mine = open("/proc/self/exe", O_RDONLY);
    other = open("/etc/passwd", O_RDONLY);
    pthread_create(&thread, NULL, a, NULL);
    await(0);
    flock(other, LOCK_EX);
    x = 2;
    return pthread_join(thread, NULL);
}
