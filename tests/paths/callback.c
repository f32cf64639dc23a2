/* Rule    paths.callback  [D4]
 * Expect  race x
 * Users   compare sort a
 * Why     qsort has no hooks; the function that called it is in the stack of what qsort calls.
 */
#include "paths.h"

#include <stdlib.h>

int x;

static int compare(const void *p, const void *q) {
    x = 1;
    return *(const int *)p - *(const int *)q;
}

__attribute__((noinline)) static void sort(int *numbers) {
    qsort(numbers, 3, sizeof *numbers, compare);
    numbers[0]++;
}

static void *a(void *unused) {
    int numbers[3] = {3, 2, 1};
    sort(numbers);
    numbers[0]++;
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, a, NULL);
    FIRST(thread);
    x = 2;
    return 0;
}
