/* Main holds a lock while it reads what nobody writes; a thread waits for the lock. */
#include <pthread.h>
#include <unistd.h>

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static int ends[2];

static void *wait_for_it(void *arg) {
    ssize_t begun = write(ends[1], "b", 1);
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
    return begun == 1 ? arg : NULL;
}

int main(void) {
    pthread_t thread;
    char x;
    if (pipe(ends) != 0 || pthread_mutex_lock(&m) != 0 ||
        pthread_create(&thread, NULL, wait_for_it, NULL) != 0) {
        return 2;
    }
    while (read(ends[0], &x, 1) == 1) { /* the second one never ends */
    }
    return 3;
}
