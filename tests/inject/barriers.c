/* Of more threads than a barrier is for, A is overtaken by two others between what it tells and its arrival, and meets
 * main in the next round: what A wrote before is ordered before what main does then.
 *
 * With UNSEEN the others arrive by functions that the detector does not see. With RACE main writes too early.
 */
#include <pthread.h>

#include "../rules/invisible.h"

void be_late(void);
void await_late(void);
void let_late_go(void);
int arrive_unseen(pthread_barrier_t *b);

int x;
pthread_barrier_t b;

static void *a(void *unused) {
    be_late();
    x = 1;
    pthread_barrier_wait(&b);
    return unused;
}

static void *other(void *unused) {
#ifdef UNSEEN
    arrive_unseen(&b);
#else
    pthread_barrier_wait(&b);
#endif
    mark(0); /* joined, they would tell what they learned of A */
    return unused;
}

int main(void) {
    pthread_t thread[3];
    pthread_barrier_init(&b, NULL, 2);
    pthread_create(&thread[0], NULL, a, NULL);
    await_late();
    pthread_create(&thread[1], NULL, other, NULL);
    pthread_create(&thread[2], NULL, other, NULL);
    await_times(0, 2);
    let_late_go();
#ifdef RACE
    x = 2;
#endif
    pthread_barrier_wait(&b);
#ifndef RACE
    x = 2;
#endif
    for (int i = 0; i < 3; i++) {
        pthread_join(thread[i], NULL);
    }
    return 0;
}
