/* Rule    misuse.init_over_old_bytes  [POSIX, C11]
 * Expect  misuse m
 * Why     it is locked, by who makes it anew.
 * Twin    init_over_old_bytes_right.c
 */
#include <pthread.h>
#include <string.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

union {
    unsigned char bytes[sizeof(pthread_mutex_t)];
    pthread_mutex_t mutex;
} place;

int main(void) {
    pthread_mutex_lock(&m);
    memcpy(place.bytes, &m, sizeof m);
    return pthread_mutex_init(&m, NULL);
}
