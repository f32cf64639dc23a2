/* Rule    pthread.named_semaphore  [HB-PT-06]
 * Expect  none
 * Why     a post happens before the wait that it lets go, by name as well.
 * Twin    named_semaphore_races.c
 */
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <unistd.h>

int x;
sem_t *s;

static void *a(void *unused) {
    x = 1;
    sem_post(s);
    return unused;
}

int main(void) {
    pthread_t thread;
    char name[64];
    snprintf(name, sizeof name, "/raddle-%d", (int)getpid());
    s = sem_open(name, O_CREAT | O_EXCL, 0600, 0);
    sem_unlink(name);
    pthread_create(&thread, NULL, a, NULL);
    sem_wait(s);
    x++;
    pthread_join(thread, NULL);
    sem_close(s);
    return 0;
}
