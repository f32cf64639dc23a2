/* Two threads race on variables of main's: two of one type, one of a block in it, and members of a structure. */
#include <pthread.h>

#include "tests/reports/programs/turns.h"

struct range {
    long low, high;
};
struct sums {
    long *all, *even, *cells;
    struct range *range;
    int who;
};

static void *add(void *argument) {
    struct sums *sums = argument;
    turn_begin(sums->who);
    *sums->all += 1;
    *sums->even += 2;
    sums->cells[2]++;
    sums->cells[3]++;
    sums->range->high++;
    turn_end(sums->who);
    return argument;
}

int main(int argc, char **argv) {
    long all = 0, even = 0;
    struct range range = {0, 0};
    (void)argv;
    turns_of(argc);
    if (argc < 100) {
        long cells[4] = {0};
        pthread_t threads[2];
        struct sums sums[2] = {{&all, &even, cells, &range, 0}, {&all, &even, cells, &range, 1}};
        for (int i = 0; i < 2; i++) {
            pthread_create(&threads[i], NULL, add, &sums[i]);
        }
        for (int i = 0; i < 2; i++) {
            pthread_join(threads[i], NULL);
        }
        all += cells[3];
    }
    return all + even + range.high == 10 ? 0 : 1;
}
