/* Five philosophers, five forks, and two are needed to eat. If each took the left fork first, all
 * could sit with one fork for ever; so each takes the lower-numbered of its two, and then somebody
 * can always go on [Dijkstra, EWD 310].
 *
 *   raddle-cc philosophers.c -o philosophers && run-with-detector ./philosophers
 *
 * Output:
 *   5 philosophers ate 500 meals
 * Expect: clean
 */
#include "raddle.h"

#include <stdio.h>

enum { SEATS = 5, MEALS = 100 };

static rdl_mutex forks[SEATS];
static int plates[SEATS]; /* plate i is guarded by the forks beside it */

static void think(void) {
    rdl_yield();
}

static void eat(int seat) {
    int left = seat;
    int right = (seat + 1) % SEATS;
    int first = left < right ? left : right;
    int second = left < right ? right : left;
    rdl_mutex_lock(&forks[first]);
    rdl_mutex_lock(&forks[second]);
    plates[seat]++;
    rdl_mutex_unlock(&forks[second]);
    rdl_mutex_unlock(&forks[first]);
}

static void dine(void *arg) {
    const int *seat = arg;
    for (int i = 0; i < MEALS; i++) {
        think();
        eat(*seat);
    }
}

int main(void) {
    static int seats[SEATS];
    rdl_waitgroup table = {0};
    for (int i = 0; i < SEATS; i++) {
        seats[i] = i;
        rdl_waitgroup_go(&table, dine, &seats[i]);
    }
    rdl_waitgroup_wait(&table);

    int eaten = 0;
    for (int i = 0; i < SEATS; i++) {
        eaten += plates[i];
    }
    printf("%d philosophers ate %d meals\n", SEATS, eaten);
    return eaten == SEATS * MEALS ? 0 : 1;
}
