/* Rule    io.file_close_before_lock  [HB-IO-01]
 * Expect  none
 * Why     who locks a file comes after who let it go.
 * Twin    file_close_before_lock_races.c
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
    close(mine);
    mark(0);
    return NULL;
}

int main(void) {
    pthread_t thread;
    mine = open("/proc/self/exe", O_RDONLY);
    other = open("/proc/self/exe", O_RDONLY);
    pthread_create(&thread, NULL, a, NULL);
    await(0);
    flock(other, LOCK_EX);
    x = 2;
    return pthread_join(thread, NULL);
}
