/* Rule    memory.mapping-renewed  [HB-M-06]
 * Expect  none
 * Why     a mapping that was taken away and made again is memory of a new life.
 * Twin    mapping_renewed_races.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <sys/mman.h>

enum { BYTES = 65536 };

static char *map(char *at) {
    int fixed = at == NULL ? 0 : MAP_FIXED;
    return mmap(at, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | fixed, -1, 0);
}

static void *a(void *shared) {
    *(char *)shared = 1;
    mark(1);
    return NULL;
}

int main(void) {
    char *shared = map(NULL), *other = map(NULL);
    char *renewed = shared;
    pthread_t thread;
    pthread_create(&thread, NULL, a, shared);
    await(1);
    munmap(renewed, BYTES);
    if (map(renewed) != renewed) {
        return 1;
    }
    *shared = 2;
    pthread_join(thread, NULL);
    return other == NULL;
}
