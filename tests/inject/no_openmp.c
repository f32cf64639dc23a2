/* Asks whether there is an OpenMP by weak references, as libraries do that can do without. Nothing brought one: with
 * the detector there it finds the detector's functions, and every region is one thread's. */
#include <stddef.h>

__attribute__((weak)) void GOMP_parallel(void (*body)(void *), void *data, unsigned threads,
                                         unsigned flags);
__attribute__((weak)) void GOMP_barrier(void);
__attribute__((weak)) int omp_test_lock(void *lock);
__attribute__((weak)) void omp_unset_lock(void *lock);

static void body(void *times) {
    ++*(int *)times;
    if (GOMP_barrier != NULL) {
        GOMP_barrier();
    }
}

int main(void) {
    int times = 0;
    void *lock[8] = {NULL};
    if (GOMP_parallel != NULL) {
        GOMP_parallel(body, &times, 4, 0);
    } else {
        body(&times);
    }
    if (omp_test_lock != NULL && omp_unset_lock != NULL) {
        times += omp_test_lock(lock) - 1;
        omp_unset_lock(lock);
    }
    return times != 1;
}
