/* Rule    deadlock.producer_has_ended  [D8]
 * Expect  deadlock
 * Why     the thread that should post has ended without.
 * Twin    producer_has_ended_free.c
 */
#include "../detached.h"
#include "../told.h"

#include <sys/epoll.h>
#include <unistd.h>

int events, ends[2];

static void *produce(void *posted) {
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    epoll_ctl(events, EPOLL_CTL_ADD, ends[0], &event);
    return NULL;
}

APART static void start(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, produce, start_waiting_for_post());
    pthread_join(thread, NULL);
}

int main(void) {
    struct epoll_event event = {.data.ptr = NULL};
    events = epoll_create1(0);
    bool made = pipe(ends) == 0;
    start();
    await_times(0, 1);
    TOLD;
    if (made && write(ends[1], "", 1) == 1 && epoll_wait(events, &event, 1, -1) == 1) {
        post_and_await(event.data.ptr);
    }
}
