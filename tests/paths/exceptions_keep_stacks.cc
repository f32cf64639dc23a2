/* Rule    paths.exceptions-keep-stacks  [D4]
 * Expect  race x
 * Whole   write_x a
 * Why     Exceptions, thrown again, through destructors, through code without hooks: none is in
 *         the stack.
 */
#include "paths.h"
#include "thrower.h"

#include <cstdlib>

int x;

__attribute__((noinline)) static int again(int depth) {
    try {
        return leave(depth);
    } catch (int) {
        throw;
    }
}

static int compare(const void *, const void *) {
    return again(3);
}

__attribute__((noinline)) static int sort() {
    int numbers[2] = {2, 1};
    qsort(numbers, 2, sizeof numbers[0], compare);
    return numbers[0];
}

__attribute__((noinline, no_sanitize("thread"))) static int without() {
    return again(2) + 1;
}

__attribute__((noinline)) static void write_x(int n) {
    x = n;
}

static void *a(void *unused) {
    int caught = 0;
    for (int i = 0; i < 999; i++) {
        try {
            caught += i % 3 == 0 ? again(i % 5) : i % 3 == 1 ? sort() : without();
        } catch (int) {
            caught++;
        }
    }
    write_x(caught);
    mark(1);
    return unused;
}

int main() {
    pthread_t thread;
    pthread_create(&thread, NULL, a, NULL);
    FIRST(thread);
    x = 2;
    return 0;
}
