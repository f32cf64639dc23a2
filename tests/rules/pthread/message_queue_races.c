/* Rule    pthread.message-queue  [HB-IO-01]
 * Expect  race x
 * Why     what follows the sending does not.
 * Twin    message_queue_ordered.c
 */
#include <pthread.h>
#include <sys/ipc.h>
#include <sys/msg.h>

int x, queue;
struct message {
    long type;
    char text[8];
};

static void *a(void *unused) {
    struct message got;
    msgrcv(queue, &got, sizeof got.text, 0, 0);
    x = 2;
    return unused;
}

int main(void) {
    pthread_t thread;
    struct message sent = {.type = 1};
    queue = msgget(IPC_PRIVATE, 0600);
    pthread_create(&thread, NULL, a, NULL);
    msgsnd(queue, &sent, sizeof sent.text, 0);
    x = 1;
    pthread_join(thread, NULL);
    msgctl(queue, IPC_RMID, NULL);
    return 0;
}
