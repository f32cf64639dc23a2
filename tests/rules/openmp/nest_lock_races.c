/* Rule    openmp.nest_lock  [HB-OMP-03]
 * Expect  race x
 * Why     one thread goes without.
 * Twin    nest_lock_ordered.c
 */
#include <omp.h>

int x;
omp_nest_lock_t lock;

static void add(int levels) {
    for (int i = 0; i < levels; i++) {
        omp_set_nest_lock(&lock);
    }
    x++;
    for (int i = 0; i < levels; i++) {
        omp_unset_nest_lock(&lock);
    }
}

int main(void) {
    omp_init_nest_lock(&lock);
#pragma omp parallel num_threads(2)
    { add(2 * omp_get_thread_num()); }
    omp_destroy_nest_lock(&lock);
    return 0;
}
