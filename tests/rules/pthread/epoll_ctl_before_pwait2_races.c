/* Rule    pthread.epoll-ctl-before-pwait2  [HB-IO-01]
 * Expect  race x
 * Why     what follows epoll_ctl does not.
 * Twin    epoll_ctl_before_pwait2_ordered.c
 */
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

int x, set;

static void *a(void *unused) {
    struct epoll_event event;
    epoll_pwait2(set, &event, 1, NULL, NULL);
    *(int *)event.data.ptr = 2;
    return unused;
}

int main(void) {
    pthread_t thread;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &x};
    set = epoll_create1(0);
    pthread_create(&thread, NULL, a, NULL);
    epoll_ctl(set, EPOLL_CTL_ADD, eventfd(1, 0), &event);
    x = 1;
    pthread_join(thread, NULL);
    return 0;
}
