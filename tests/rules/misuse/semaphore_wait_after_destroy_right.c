/* Rule    misuse.semaphore_wait_after_destroy  [POSIX]
 * Expect  none
 * Why     it was made anew.
 * Twin    semaphore_wait_after_destroy_wrong.c
 */
#include <semaphore.h>

sem_t s;

int main(void) {
    sem_init(&s, 0, 1);
    sem_destroy(&s);
    sem_init(&s, 0, 1);
    sem_wait(&s);
    return 0;
}
