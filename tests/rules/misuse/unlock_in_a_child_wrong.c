/* Rule    misuse.unlock_in_a_child  [POSIX, C11]
 * Expect  misuse m
 * Why     a thread that it made itself holds it.
 * Twin    unlock_in_a_child_right.c
 */
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

void *task(void *unused) {
    pthread_mutex_trylock(&m);
    return unused;
}

int main(void) {
    pthread_t thread;
    if (fork() == 0) {
        pthread_create(&thread, NULL, task, NULL);
        pthread_join(thread, NULL);
        pthread_mutex_unlock(&m);
        return 0;
    }
    wait(NULL);
    return 0;
}
