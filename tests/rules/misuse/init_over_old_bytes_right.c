/* Rule    misuse.init_over_old_bytes  [POSIX, C11]
 * Expect  none
 * Why     memory that is used again says what an older mutex said, but nobody holds a mutex that is there.
 * Twin    init_over_old_bytes_wrong.c
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
    return pthread_mutex_init(&place.mutex, NULL);
}
