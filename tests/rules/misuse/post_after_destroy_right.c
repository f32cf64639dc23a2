/* Rule    misuse.post_after_destroy  [POSIX]
 * Expect  none
 * Why     it was made anew.
 * Twin    post_after_destroy_wrong.c
 */
#include <semaphore.h>

sem_t s;

int main(void) {
    sem_init(&s, 0, 0);
    sem_destroy(&s);
    sem_init(&s, 0, 0);
    sem_post(&s);
    return 0;
}
