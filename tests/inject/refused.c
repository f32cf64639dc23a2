/* A thread that is refused, for a stack that no machine has, and then one that is made. With an argument
 * the two of them that there are race. */
#include <pthread.h>

static int shared;

static void *count(void *unused) {
    shared++;
    return unused;
}

int main(int argc, char **argv) {
    pthread_t thread;
    pthread_attr_t attributes;
    (void)argv;
    if (pthread_attr_init(&attributes) != 0 ||
        pthread_attr_setstacksize(&attributes, (size_t)1 << 46) != 0 ||
        pthread_create(&thread, &attributes, count, NULL) == 0 ||
        pthread_create(&thread, NULL, count, NULL) != 0) {
        return 2;
    }
    if (argc > 1) {
        shared++;
    }
    return pthread_join(thread, NULL);
}
