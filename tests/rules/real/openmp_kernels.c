/* Rule    real.openmp_kernels  [HB-OMP-01 HB-OMP-02 HB-OMP-04 HB-OMP-06]
 * Expect  none
 * Why     what OpenMP programs are made of: recursive tasks, stencils, sweeps of dependent blocks, reductions of
 *         loops and tasks, events, cancellation. Each result is compared.
 */
#include <assert.h>
#include <omp.h>
#include <stdlib.h>

enum { SIDE = 64, BLOCK = 8, MANY = 2000, ROUNDS = 3 };

static double now[SIDE][SIDE], next[SIDE][SIDE], swept[SIDE][SIDE];
static int values[MANY];

static long fibonacci(int n) {
    long a, b;
    if (n < 2) {
        return n;
    }
#pragma omp task shared(a) firstprivate(n)
    a = fibonacci(n - 1);
#pragma omp task shared(b) firstprivate(n)
    b = fibonacci(n - 2);
#pragma omp taskwait
    return a + b;
}

static void sort(int lo, int hi) {
    if (lo >= hi) {
        return;
    }
    int pivot = values[(lo + hi) / 2], i = lo, j = hi;
    while (i <= j) {
        while (values[i] < pivot) {
            i++;
        }
        while (values[j] > pivot) {
            j--;
        }
        if (i <= j) {
            int swapped = values[i];
            values[i++] = values[j];
            values[j--] = swapped;
        }
    }
#pragma omp task if (j - lo > 50)
    sort(lo, j);
#pragma omp task if (hi - i > 50)
    sort(i, hi);
}

static void recursion(void) {
    long f = 0;
#pragma omp parallel num_threads(4)
#pragma omp single
    f = fibonacci(12);
    assert(f == 144);
    for (int i = 0; i < MANY; i++) {
        values[i] = i * 7919 % MANY;
    }
#pragma omp parallel num_threads(4)
#pragma omp master
    sort(0, MANY - 1);
    for (int i = 0; i < MANY; i++) {
        assert(values[i] == i);
    }
}

static void stencil(void) {
#pragma omp parallel num_threads(4)
    for (int step = 0; step < 5; step++) {
#pragma omp for schedule(dynamic, 3)
        for (int i = 1; i < SIDE - 1; i++) {
            for (int j = 1; j < SIDE - 1; j++) {
                next[i][j] = now[i - 1][j] + now[i + 1][j] + now[i][j - 1] + now[i][j + 1];
            }
        }
#pragma omp for collapse(2)
        for (int i = 1; i < SIDE - 1; i++) {
            for (int j = 1; j < SIDE - 1; j++) {
                now[i][j] = next[i][j] / 4;
            }
        }
    }
}

static void sweep_block(double *corner, double from_above, double from_left) {
    for (int i = 0; i < BLOCK; i++) {
        for (int j = 0; j < BLOCK; j++) {
            corner[i * SIDE + j] += from_above + from_left + 1;
        }
    }
}

/* Each block after the one above it and the one at its left. */
static void sweeps(void) {
#pragma omp parallel num_threads(4)
#pragma omp single
    for (int step = 0; step < 3; step++) {
        for (int i = BLOCK; i < SIDE; i += BLOCK) {
            for (int j = BLOCK; j < SIDE; j += BLOCK) {
                double *corner = &swept[i][j], *above = &swept[i - BLOCK][j],
                       *left = &swept[i][j - BLOCK];
#pragma omp task depend(inout                                                                      \
                        : corner[0]) depend(in                                                     \
                                            : above[0], left[0]) firstprivate(corner, above, left)
                sweep_block(corner, *above, *left);
            }
        }
    }
}

static void reductions(void) {
    double sum = 0;
    long largest = 0, tasks = 0, of_region = 0;
#pragma omp parallel for num_threads(4) reduction(+ : sum) reduction(max : largest) schedule(guided)
    for (int i = 0; i < MANY; i++) {
        sum += values[i];
        largest = values[i] > largest ? values[i] : largest;
    }
    assert(largest == MANY - 1 && sum == (double)MANY * (MANY - 1) / 2);
#pragma omp parallel num_threads(4)
#pragma omp single
    {
#pragma omp taskgroup task_reduction(+ : tasks)
        for (int i = 0; i < 20; i++) {
#pragma omp task in_reduction(+ : tasks)
            tasks += i;
        }
#pragma omp taskloop reduction(+ : tasks) grainsize(3)
        for (int i = 0; i < 30; i++) {
            tasks += i;
        }
    }
    assert(tasks == 190 + 435);
#pragma omp parallel num_threads(4) reduction(task, + : of_region)
#pragma omp for
    for (int i = 0; i < 8; i++) {
#pragma omp task in_reduction(+ : of_region) firstprivate(i)
        of_region += i;
    }
    assert(of_region == 28);
}

static void events(void) {
    omp_event_handle_t event = (omp_event_handle_t)0;
    int done = 0, one_at_a_time = 0;
#pragma omp parallel num_threads(4)
#pragma omp single
    {
#pragma omp task detach(event)
        done = 1;
#pragma omp task
        omp_fulfill_event(event);
#pragma omp taskwait
        done++;
        for (int i = 0; i < 20; i++) {
#pragma omp task untied priority(i)
            {
#pragma omp taskyield
            }
#pragma omp task depend(mutexinoutset : one_at_a_time)
            one_at_a_time++;
        }
#pragma omp taskwait depend(in : one_at_a_time)
        assert(one_at_a_time == 20);
    }
    assert(done == 2);
}

static void last_values(void) {
    int last = 0, section = 0, found = 0;
#pragma omp parallel for lastprivate(last) num_threads(4) schedule(static, 1)
    for (int i = 0; i < 10; i++) {
        last = i;
    }
    assert(last == 9);
#pragma omp parallel num_threads(3)
    {
#pragma omp sections lastprivate(section)
        {
#pragma omp section
            section = 1;
#pragma omp section
            section = 2;
        }
        assert(section == 2);
#pragma omp for
        for (int i = 0; i < 100; i++) {
            if (i == 50) {
#pragma omp atomic write
                found = 1;
#pragma omp cancel for
            }
#pragma omp cancellation point for
        }
    }
    assert(found == 1);
}

int main(void) {
    for (int i = 0; i < ROUNDS; i++) {
        recursion();
        stencil();
        sweeps();
        reductions();
        events();
        last_values();
    }
    return 0;
}
