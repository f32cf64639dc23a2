/* Rule    openmp.critical_in_itself  [D8]
 * Expect  none
 * Why     they are two sections: one has a name.
 * Twin    critical_in_itself_stuck.c
 */
#include <omp.h>

int x;

static void count(void) {
#pragma omp critical(named)
    x++;
}

int main(void) {
#pragma omp critical
    count();
    return x - 1;
}
