/* Rule    pthread.named_semaphore  [HB-PT-06]
 * Expect  race x
 * Why     the write comes after the post.
 * Twin    named_semaphore_ordered.c
 */
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <unistd.h>

int x;
sem_t *s;

static void *a(void *unused) {
    sem_post(s);
    x = 1;
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
