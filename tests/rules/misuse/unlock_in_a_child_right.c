/* Rule    misuse.unlock_in_a_child  [POSIX, C11]
 * Expect  none
 * Why     the thread that forked held it, and goes on in the child.
 * Twin    unlock_in_a_child_wrong.c
 */
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

void *task(void *unused) {
    pthread_mutex_trylock(&m);
    pthread_mutex_unlock(&m);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_mutex_lock(&m);
    if (fork() == 0) {
        pthread_mutex_unlock(&m);
        pthread_create(&thread, NULL, task, NULL);
        pthread_join(thread, NULL);
        return 0;
    }
    wait(NULL);
    return 0;
}
