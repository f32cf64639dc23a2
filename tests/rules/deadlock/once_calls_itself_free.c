/* Rule    deadlock.once_calls_itself  [D8]
 * Expect  none
 * Why     the routine calls another once.
 * Twin    once_calls_itself_stuck.c
 */
#include <pthread.h>

pthread_once_t once = PTHREAD_ONCE_INIT, other = PTHREAD_ONCE_INIT;

void nothing(void) {
}

void routine(void) {
    pthread_once(&other, nothing);
}

int main(void) {
    return pthread_once(&once, routine);
}
