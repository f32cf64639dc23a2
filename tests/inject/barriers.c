/* Of more threads than a barrier is for, A is overtaken by two others between what it tells and its arrival, and meets
 * main in the next round: what A wrote before is ordered before what main does then.
 *
 * With UNSEEN the others arrive by functions that the detector does not see. With RACE main writes too early.
 */
#include <pthread.h>
#include <sched.h>
#include <stddef.h>

void be_late(void);
void await_late(void);
void let_late_go(void);
int arrive_unseen(pthread_barrier_t *b);

int x;
pthread_barrier_t b;
static int gone;

static void *a(void *unused) {
    be_late();
    x = 1;
    pthread_barrier_wait(&b);
    return unused;
}

__attribute__((no_sanitize("thread"))) static void *other(void *unused) {
#ifdef UNSEEN
    arrive_unseen(&b);
#else
    pthread_barrier_wait(&b);
#endif
    __atomic_fetch_add(&gone, 1,
                       __ATOMIC_RELEASE); /* joined, they would tell what they learned of A */
    return unused;
}

__attribute__((no_sanitize("thread"))) static void await_others(void) {
    while (__atomic_load_n(&gone, __ATOMIC_ACQUIRE) < 2) {
        sched_yield();
    }
    let_late_go();
}

int main(void) {
    pthread_t thread[3];
    pthread_barrier_init(&b, NULL, 2);
    pthread_create(&thread[0], NULL, a, NULL);
    await_late();
    pthread_create(&thread[1], NULL, other, NULL);
    pthread_create(&thread[2], NULL, other, NULL);
    await_others();
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
