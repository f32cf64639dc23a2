/* Rule    pthread.socket-send-before-receive  [HB-IO-01]
 * Expect  race x
 * Why     main writes before it receives what the thread sent.
 * Twin    socket_send_before_receive_ordered.c
 */
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../invisible.h"

int x, ends[2];

static void *a(void *unused) {
    x = 1;
    send(ends[1], "a", 1, 0);
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    char got;
    socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
    pthread_create(&thread, NULL, a, NULL);
    await(1);
    x = 2;
    recv(ends[0], &got, 1, 0);
    pthread_join(thread, NULL);
    return 0;
}
