/* A member of a heap block, and a variable of main's: goroutines. */
#include "raddle.h"

#include <stdlib.h>

#include "tests/reports/programs/turns.h"

struct queue {
    void *first;
    int length;
};

struct job {
    struct queue *queue;
    rdl_waitgroup *over;
    int *total;
};

static struct queue *make_queue(void) {
    return calloc(1, sizeof(struct queue));
}

static inline void grow(struct queue *queue) {
    queue->length++;
}

static inline int size_of(const struct queue *queue) {
    return queue->length;
}

static void producer(void *arg) {
    struct job *job = arg;
    turn_begin(0);
    grow(job->queue);
    *job->total += 1;
    turn_end(0);
    rdl_waitgroup_done(job->over);
}

static void consumer(void *arg) {
    struct job *job = arg;
    turn_begin(1);
    if (size_of(job->queue) > 0) {
        job->queue->first = NULL;
    }
    *job->total += 2;
    turn_end(1);
    rdl_waitgroup_done(job->over);
}

int main(int argc, char **argv) {
    rdl_waitgroup over = {0};
    int total = 0;
    struct job job = {make_queue(), &over, &total};
    (void)argv;
    turns_of(argc);
    rdl_waitgroup_add(&over, 2);
    rdl_go(producer, &job);
    rdl_go(consumer, &job);
    rdl_waitgroup_wait(&over);
    free(job.queue);
    return total == 3 ? 0 : 1;
}
