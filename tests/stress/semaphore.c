/* A semaphore of five under weights, tries and contexts that give up: never more inside than allowed,
 * and all of it is there at the end.
 *
 * Rules: SM-01 SM-02 SM-04
 */
#include "stress.h"

#define TASKS 8
#define TURNS 300

struct place {
    rdl_semaphore sem;
    atomic_int in_sem;
    uint64_t nth;
};

struct worker {
    struct place *place;
    uint32_t number;
};

static void use_semaphore(void *arg) {
    const struct worker *w = arg;
    struct place *p = w->place;
    struct dice d = dice_of(p->nth + w->number);
    for (int i = 0; i < TURNS; i++) {
        int weight = (int)roll(&d, 4) + 1;
        rdl_ctx *ctx = NULL;
        if (roll(&d, 4) == 0) {
            ctx = rdl_ctx_with_timeout(rdl_ctx_background(), (rdl_duration)roll(&d, 50000));
        }
        bool got = roll(&d, 4) == 0 ? rdl_semaphore_tryacquire(&p->sem, weight)
                                    : rdl_semaphore_acquire(&p->sem, weight, ctx) == 0;
        if (got) {
            CHECK(atomic_fetch_add(&p->in_sem, weight) + weight <= 5);
            jitter(&d);
            atomic_fetch_sub(&p->in_sem, weight);
            rdl_semaphore_release(&p->sem, weight);
        }
        rdl_ctx_free(ctx);
    }
}

int main(int argc, char **argv) {
    stress_begin(argc, argv);
    for (int i = 0; i < stress.length; i++) {
        struct place p = {.sem = RDL_SEMAPHORE_INIT(5), .nth = (uint64_t)i * 1000};
        struct worker workers[TASKS];
        rdl_waitgroup wg = {0};
        for (uint32_t t = 0; t < TASKS; t++) {
            workers[t] = (struct worker){&p, t};
            rdl_waitgroup_go(&wg, use_semaphore, &workers[t]);
        }
        rdl_waitgroup_wait(&wg);
        CHECK(rdl_semaphore_tryacquire(&p.sem, 5));
    }
    return 0;
}
