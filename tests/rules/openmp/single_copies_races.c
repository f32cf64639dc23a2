/* Rule    openmp.single_copies  [HB-OMP-02]
 * Expect  race x
 * Why     one goes on to write after the copies were taken.
 * Twin    single_copies_ordered.c
 */
#include <omp.h>

int seen[2];

int main(void) {
    static int x;
    int *given;
#pragma omp parallel num_threads(2) private(given)
    {
#pragma omp single copyprivate(given)
        {
            given = &x;
            *given = 1;
        }
        *given += 1;
        seen[omp_get_thread_num()] = *given;
    }
    return 0;
}
