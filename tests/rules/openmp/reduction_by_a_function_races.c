/* Rule    openmp.reduction_by_a_function  [HB-OMP-04]
 * Expect  race all
 * Why     there is one list.
 * Twin    reduction_by_a_function_ordered.c
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
#pragma omp parallel for num_threads(4) schedule(static, 1)
    for (int i = 0; i < 64; i++) {
        struct longest this = {i % 17, i};
        keep(&all, &this);
    }
    return all.length != 16;
}
