/* Rule    pthread.barrier  [HB-PT-05]
 * Expect  none
 * Why     every arrival happens before every departure, also when the first to depart frees the barrier.
 * Twin    barrier_freed_by_one_races.c
 */
#include <pthread.h>
#include <stdlib.h>

int x[2];
pthread_barrier_t whole, *b;

static void renew(void) {
    free(b);
    b = malloc(sizeof *b);
    pthread_barrier_init(b, NULL, 2);
}

static void *two_tasks(void *own) {
    int sum = 0;
    for (int i = 0; i < 5000; i++) {
        *(int *)own = i;
        if (pthread_barrier_wait(b) == PTHREAD_BARRIER_SERIAL_THREAD) {
            pthread_barrier_destroy(b);
            renew();
        }
        sum += x[0] + x[1];
        pthread_barrier_wait(&whole);
    }
    return sum > 0 ? own : NULL;
}

int main(void) {
    pthread_t thread;
    pthread_barrier_init(&whole, NULL, 2);
    renew();
    pthread_create(&thread, NULL, two_tasks, &x[1]);
    two_tasks(&x[0]);
    pthread_join(thread, NULL);
    return 0;
}
