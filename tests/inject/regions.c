/* As many parallel regions as it is told, one after the other. */
#include <stdlib.h>

static int x;

int main(int argc, char **argv) {
    long n = argc > 1 ? atol(argv[1]) : 1;
    for (long i = 0; i < n; i++) {
#pragma omp parallel num_threads(2)
        {
#pragma omp critical
            x++;
#pragma omp barrier
        }
    }
    return x != 2 * n;
}
