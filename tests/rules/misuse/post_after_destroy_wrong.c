/* Rule    misuse.post_after_destroy  [POSIX]
 * Expect  misuse s
 * Why     it was destroyed.
 * Twin    post_after_destroy_right.c
 */
#include <semaphore.h>

sem_t s;

int main(void) {
    sem_init(&s, 0, 0);
    sem_destroy(&s);
    sem_post(&s);
    return 0;
}
