/* Rule    misuse.semaphore_wait_after_destroy  [POSIX]
 * Expect  misuse s
 * Why     it was destroyed.
 * Twin    semaphore_wait_after_destroy_right.c
 */
#include <semaphore.h>

sem_t s;

int main(void) {
    sem_init(&s, 0, 1);
    sem_destroy(&s);
    sem_wait(&s);
    return 0;
}
