/* shelves.c - two threads wait for each other's lock; the locks lie in blocks of the heap that one line has made. */
#include <pthread.h>
#include <stdlib.h>

struct shelf {
    long books;
    pthread_mutex_t lock;
};

static struct shelf *shelves[2];
static pthread_barrier_t met;

static void put_up(int i) {
    shelves[i] = calloc(1, sizeof *shelves[i]);
    pthread_mutex_init(&shelves[i]->lock, NULL);
}

static void *carry(void *first) {
    int from = first != NULL;
    pthread_mutex_lock(&shelves[from]->lock);
    pthread_barrier_wait(&met);
    pthread_mutex_lock(&shelves[!from]->lock);
    return NULL;
}

int main(void) {
    pthread_t one, two;
    put_up(0);
    put_up(1);
    pthread_barrier_init(&met, NULL, 2);
    pthread_create(&one, NULL, carry, NULL);
    pthread_create(&two, NULL, carry, &one);
    pthread_join(one, NULL);
    pthread_join(two, NULL);
    return 0;
}
