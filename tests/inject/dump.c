/* dump.c - tasks that wait for each other until a line comes in: what dump_signal prints, and that all goes on after.
 *
 * usage: dump [handler|ignored]
 */
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../rules/asleep.h"

static pthread_mutex_t cache = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t loaded = PTHREAD_ONCE_INIT;
static sem_t served;

static void *holder(void *unused) {
    pthread_mutex_lock(&cache);
    sem_wait(&served);
    pthread_mutex_unlock(&cache);
    return unused;
}

static void load(void) {
    pthread_mutex_lock(&cache);
    pthread_mutex_unlock(&cache);
}

static void *loader(void *unused) {
    pthread_once(&loaded, load);
    return unused;
}

static void handler(int signo) {
    static const char text[] = "handled\n";
    (void)signo;
    (void)!write(1, text, sizeof text - 1);
}

int main(int argc, char **argv) {
    pthread_t thread[3];
    char line[8];
    if (argc > 1) {
        signal(SIGQUIT, strcmp(argv[1], "handler") == 0 ? handler : SIG_IGN);
    }
    sem_init(&served, 0, 0);
    pthread_create(&thread[0], NULL, holder, NULL);
    await_sleepers(1);
    pthread_create(&thread[1], NULL, loader, NULL);
    await_sleepers(2);
    pthread_create(&thread[2], NULL, loader, NULL);
    await_sleepers(3);
    printf("%d\n", (int)getpid());
    fflush(stdout);
    if (fgets(line, sizeof line, stdin) == NULL) {
        return 1;
    }
    sem_post(&served);
    for (int i = 0; i < 3; i++) {
        pthread_join(thread[i], NULL);
    }
    puts("done");
    return 0;
}
