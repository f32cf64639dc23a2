/* Rule    leak.one_helper  [D10]
 * Expect  leak
 * Says    #1 fill
 * Says    #1 drain
 * Why     nobody joins them; each is told with who had the helper make it.
 * Twin    one_helper_gone.c
 */
#include "../ended.h"

#include <pthread.h>

#define HELPER __attribute__((noinline)) static int

static pthread_t thread[2];

static void *task(void *unused) {
    return unused;
}

HELPER start(int i) {
    return pthread_create(&thread[i], NULL, task, NULL) + 1;
}
HELPER fill(void) {
    return start(0) - 1;
}
HELPER drain(void) {
    return start(1) - 1;
}

int main(void) {
    int bad = fill() + drain();
    await_threads(1);
    return bad;
}
