/* Rule    annotations.benign-word  [dynamic annotations]
 * Expect  race x
 * Why     y is another.
 * Twin    benign_word_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>

extern void AnnotateBenignRace(const char *, int, const volatile void *, const char *);
long x __attribute__((aligned(64))), y __attribute__((aligned(64)));

static void *worker(void *unused) {
    x = 1;
    mark(1);
    return unused;
}

int main(void) {
    AnnotateBenignRace(__FILE__, __LINE__, &y, "a statistic");
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    await(1);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
