/* What openmp_host.c opens: a reduction, which the runtime orders. -DRACES: it says less than it does. */
int writes;

int sum(void);
int sum(void) {
    int all = 0;
#pragma omp parallel for reduction(+ : all) num_threads(2) schedule(static, 5)
    for (int i = 0; i < 10; i++) {
        all += i;
#ifdef RACES
        writes = i;
#endif
    }
    return all;
}
