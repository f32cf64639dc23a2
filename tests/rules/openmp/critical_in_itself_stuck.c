/* Rule    openmp.critical_in_itself  [D8]
 * Expect  deadlock
 * Why     the section is entered from within.
 * Says    on critical section `omp critical`
 * Twin    critical_in_itself_free.c
 */
#include <omp.h>

int x;

static void count(void) {
#pragma omp critical
    x++;
}

int main(void) {
#pragma omp critical
    count();
    return x - 1;
}
