/* Rule    pthread.messages-sent-before-receive  [HB-IO-01]
 * Expect  race x
 * Why     what is read came through a pipe.
 * Twin    messages_sent_before_receive_ordered.c
 */
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../invisible.h"

int x, ends[2], others[2];
struct mmsghdr messages[1];

static void *a(void *unused) {
    x = 1;
    sendmmsg(ends[1], messages, 1, 0);
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    char letter = 'a', got;
    struct iovec part = {&letter, 1};
    messages[0].msg_hdr.msg_iov = &part;
    messages[0].msg_hdr.msg_iovlen = 1;
    socketpair(AF_UNIX, SOCK_DGRAM, 0, ends);
    pipe(others);
    write(others[1], "o", 1);
    pthread_create(&thread, NULL, a, NULL);
    await(1);
    read(others[0], &got, 1);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
