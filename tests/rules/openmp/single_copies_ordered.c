/* Rule    openmp.single_copies  [HB-OMP-02]
 * Expect  none
 * Why     what one thread copies to all is theirs to read.
 * Twin    single_copies_races.c
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
        seen[omp_get_thread_num()] = *given;
    }
    return 0;
}
