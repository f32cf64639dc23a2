/* Rule    pthread.fd-reuse  [HB-IO-01]
 * Expect  none
 * Why     A closes a descriptor; main is given its number, and nobody can be before it is free.
 * Twin    fd_reuse_races.c
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "../invisible.h"

int x, number;

static void *a(void *unused) {
    x = 1;
    close(number);
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    number = dup(0);
    pthread_create(&thread, NULL, a, NULL);
    await(1);
    if (fcntl(0, F_DUPFD, number) != number) {
        abort();
    }
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
