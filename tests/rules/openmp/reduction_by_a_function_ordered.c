/* Rule    openmp.reduction_by_a_function  [HB-OMP-04]
 * Expect  none
 * Why     a reduction of the program's own is done by one thread at a time.
 * Twin    reduction_by_a_function_races.c
 */
#include <omp.h>

struct longest {
    int length, where;
};

static void keep(struct longest *one, const struct longest *other) {
    if (other->length > one->length) {
        *one = *other;
    }
}

#pragma omp declare reduction(longest                                                              \
                              : struct longest                                                     \
                              : keep(&omp_out, &omp_in)) initializer(omp_priv = {0, 0})

int main(void) {
    static struct longest all;
#pragma omp parallel for num_threads(4) schedule(static, 1) reduction(longest : all)
    for (int i = 0; i < 64; i++) {
        struct longest this = {i % 17, i};
        keep(&all, &this);
    }
    return all.length != 16;
}
