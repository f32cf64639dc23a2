/* Five races, each at places of its own; what comes first in time is told behind the detector's back. */
#include "../rules/invisible.h"

#include <pthread.h>

int first, second, third, fourth, fifth;

static void *write_all(void *unused) {
    first = 1;
    second = 1;
    third = 1;
    fourth = 1;
    fifth = 1;
    mark(0);
    return unused;
}

int main(void) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, write_all, NULL) != 0) {
        return 2;
    }
    await(0);
    first = 2;
    second = 2;
    third = 2;
    fourth = 2;
    fifth = 2;
    return pthread_join(thread, NULL);
}
