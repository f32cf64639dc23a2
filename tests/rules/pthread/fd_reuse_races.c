/* Rule    pthread.fd-reuse  [HB-IO-01]
 * Expect  race x
 * Why     A closes a descriptor; main is given another number, which says nothing of that one.
 * Twin    fd_reuse_ordered.c
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
    if (fcntl(0, F_DUPFD, number + 1) != number + 1) {
        abort();
    }
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
