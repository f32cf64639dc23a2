/* Rule    pthread.timer-armed-before-function  [HB-PT-01]
 * Expect  none
 * Why     arming a timer happens before the function that libc runs on a thread at its expiry.
 * Twin    timer_armed_before_function_races.c
 */
#include <semaphore.h>
#include <signal.h>
#include <time.h>

int x;
sem_t done;

static void expired(union sigval value) {
    *(int *)value.sival_ptr = 2;
    sem_post(&done);
}

int main(void) {
    timer_t timer;
    struct itimerspec soon = {.it_value.tv_nsec = 1};
    struct sigevent event = {.sigev_notify = SIGEV_THREAD,
                             .sigev_notify_function = expired,
                             .sigev_value.sival_ptr = &x};
    sem_init(&done, 0, 0);
    timer_create(CLOCK_MONOTONIC, &event, &timer);
    x = 1;
    timer_settime(timer, 0, &soon, NULL);
    sem_wait(&done);
    return 0;
}
