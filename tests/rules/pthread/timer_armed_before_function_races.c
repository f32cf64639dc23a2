/* Rule    pthread.timer-armed-before-function  [HB-PT-01]
 * Expect  race x
 * Why     what follows the arming does not.
 * Twin    timer_armed_before_function_ordered.c
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
    timer_settime(timer, 0, &soon, NULL);
    x = 1;
    sem_wait(&done);
    return 0;
}
