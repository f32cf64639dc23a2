/* Rule    annotations.benign-bytes  [dynamic annotations]
 * Expect  none
 * Why     races on bytes that are marked are not told.
 * Twin    benign_bytes_races.c
 */
#include "../invisible.h"

#include <pthread.h>

extern void AnnotateBenignRaceSized(const char *, int, const volatile void *, size_t, const char *);
int x[2];

static void *worker(void *unused) {
    x[0] = 1;
    mark(1);
    return unused;
}

int main(void) {
    AnnotateBenignRaceSized(__FILE__, __LINE__, x, sizeof x[0], "a statistic");
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    await(1);
    x[0] = 2;
    pthread_join(thread, NULL);
    return 0;
}
