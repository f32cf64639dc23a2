/* Rule    annotations.benign-part-of-a-range  [dynamic annotations]
 * Expect  race x
 * Why     x[2] is not marked.
 * Twin    benign_part_of_a_range_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <string.h>
extern void AnnotateBenignRaceSized(const char *, int, const volatile void *, size_t, const char *);
int x[64];

static void *worker(void *unused) {
    x[2] = 1;
    mark(1);
    return unused;
}

int main(void) {
    AnnotateBenignRaceSized(__FILE__, __LINE__, &x[1], sizeof x[1], "a statistic");
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    await(1);
    memset(x, 0, sizeof x);
    pthread_join(thread, NULL);
    return 0;
}
