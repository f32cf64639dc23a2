/* Rule    misuse.one_helper  [POSIX, C11]
 * Expect  misuse m
 * Says    #1 close_shop
 * Why     nobody holds it; who had the helper unlock it is told, too.
 * Twin    one_helper_right.c
 */
#include <pthread.h>

#define HELPER __attribute__((noinline)) static int

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

HELPER release(void) {
    return pthread_mutex_unlock(&m) + 1;
}
HELPER open_shop(void) {
    return release() - 1;
}
HELPER close_shop(void) {
    return release() - 1;
}

int main(void) {
    int bad = pthread_mutex_lock(&m) + open_shop();
    return bad + close_shop();
}
