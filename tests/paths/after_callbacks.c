/* Rule    paths.after-callbacks  [D4]
 * Expect  race x
 * Whole   write_x a
 * Why     After callbacks, functions without hooks and tail calls A is where it is.
 */
#include "paths.h"

#include <stdlib.h>

int x, y;

static int compare(const void *p, const void *q) {
    return *(const int *)p - *(const int *)q;
}

__attribute__((noinline)) static int last(int n) {
    return n + y;
}

__attribute__((noinline)) static int tail(int n) {
    return last(n * 3);
}

__attribute__((noinline, no_sanitize("thread"))) static int without(int n) {
    return tail(n) + 1;
}

__attribute__((noinline)) static void write_x(int n) {
    x = n;
}

static void *a(void *unused) {
    int numbers[3] = {3, 2, 1}, key = 2, n = 0;
    for (int i = 0; i < 1000; i++) {
        qsort(numbers, 3, sizeof *numbers, compare);
        n += bsearch(&key, numbers, 3, sizeof *numbers, compare) != NULL;
        n += tail(i) + without(i);
    }
    write_x(n);
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
