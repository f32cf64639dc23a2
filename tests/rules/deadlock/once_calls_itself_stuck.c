/* Rule    deadlock.once_calls_itself  [D8]
 * Expect  deadlock
 * Why     the routine calls the once that runs it.
 * Twin    once_calls_itself_free.c
 */
#include <pthread.h>

pthread_once_t once = PTHREAD_ONCE_INIT, other = PTHREAD_ONCE_INIT;

void nothing(void) {
}

void routine(void) {
    pthread_once(&once, nothing);
}

int main(void) {
    return pthread_once(&once, routine);
}
