/* Rule    deadlock.threads_beside_signals  [D8]
 * Expect  none
 * Why     the signal that comes wakes the goroutine, which wakes the thread.
 * Twin    threads_beside_signals_stuck.c
 */
#include "raddle.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

rdl_chan *signals, *news, *answer;
pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
int ready;

static void *waits(void *unused) {
    pthread_mutex_lock(&mutex);
    for (; ready == 0; pthread_cond_wait(&cond, &mutex)) {
    }
    pthread_mutex_unlock(&mutex);
    return rdl_close(answer), unused;
}

static void wakes(void *channel) {
    rdl_recv(channel, &(int){0});
    pthread_mutex_lock(&mutex);
    ready = 1;
    pthread_cond_signal(&cond);
    pthread_mutex_unlock(&mutex);
}

int main(void) {
    pthread_t thread;
    signals = RDL_CHAN(int, 1), news = RDL_CHAN(int, 1), answer = rdl_chan_make(0, 0);
    rdl_signal_notify(signals, SIGALRM);
    pthread_create(&thread, NULL, waits, NULL);
    rdl_go(wakes, signals);
    return alarm(1), rdl_recv(answer, NULL), pthread_join(thread, NULL);
}
