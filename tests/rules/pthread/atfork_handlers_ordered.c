/* Rule    pthread.atfork_handlers  [HB-PT-08]
 * Expect  none
 * Why     the handlers of a fork run in the thread that forks.
 * Twin    atfork_handlers_races.c
 */
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

int x, y;

static void before(void) {
    x++;
}

static void *a(void *unused) {
    y++;
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_atfork(before, before, before);
    pthread_create(&thread, NULL, a, NULL);
    pid_t child = fork();
    if (child == 0) {
        _exit(0);
    }
    waitpid(child, NULL, 0);
    pthread_join(thread, NULL);
    return 0;
}
