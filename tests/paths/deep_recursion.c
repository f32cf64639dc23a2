/* Rule    paths.deep-recursion  [D4]
 * Expect  race x
 * Stack   dive dive dive
 * Ends    dive down a
 * Why     A wrote a million calls deep, and at every level: the report tells how deep.
 */
#include "paths.h"

#include <sys/mman.h>

int x;
static char trail[1000];

__attribute__((noinline)) static int dive(int depth) {
    volatile int here = depth;
    trail[depth % 1000]++;
    if (depth > 0) {
        here += dive(depth - 1);
    } else {
        x = 1;
        mark(1);
    }
    return here;
}

__attribute__((noinline)) static int down(void) {
    return dive(1000000) + 1;
}

static void *a(void *unused) {
    trail[0] = (char)down();
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_attr_t big;
    pthread_attr_init(&big);
    pthread_attr_setstacksize(&big, (size_t)1 << 30);
    pthread_create(&thread, &big, a, NULL);
    FIRST(thread);
    x = 2;
    return 0;
}
