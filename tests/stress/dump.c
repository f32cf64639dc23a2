/* Dumps of everything while everything moves: the world is held and goes on, nobody is lost, every
 * dump is whole.
 *
 * Rules: TR-05 GR-13
 */
#include "stress.h"

#include <sys/mman.h>
#include <unistd.h>

#define TASKS 10
#define TURNS 400
#define DUMPS 8

struct floor {
    rdl_chan *ring[TASKS];
    atomic_long passed;
};

struct place {
    struct floor *floor;
    int number;
};

static void pass_on(void *arg) {
    const struct place *p = arg;
    struct floor *f = p->floor;
    int token;
    for (int i = 0; i < TURNS; i++) {
        CHECK(rdl_recv(f->ring[p->number], &token));
        atomic_fetch_add(&f->passed, 1);
        rdl_send(f->ring[(p->number + 1) % TASKS], &token);
    }
}

static void dump(void *file) {
    for (int i = 0; i < DUMPS; i++) {
        char text[64] = {0};
        int fd = *(int *)file;
        CHECK(ftruncate(fd, 0) == 0 && lseek(fd, 0, SEEK_SET) == 0);
        rdl_dump(fd);
        CHECK(pread(fd, text, sizeof(text) - 1, 0) > 0);
        CHECK(strstr(text, "goroutine ") != NULL);
        rdl_sleep(50 * RDL_MICROSECOND);
    }
}

static void round_of(void) {
    struct floor f = {.passed = 0};
    struct place places[TASKS];
    int fd = memfd_create("dump", 0), token = 1;
    rdl_waitgroup wg = {0};
    CHECK(fd >= 0);
    for (int i = 0; i < TASKS; i++) {
        f.ring[i] = RDL_CHAN(int, 2);
    }
    for (int i = 0; i < TASKS; i++) {
        places[i] = (struct place){&f, i};
        rdl_waitgroup_go(&wg, pass_on, &places[i]);
    }
    rdl_send(f.ring[0], &token);
    rdl_send(f.ring[TASKS / 2], &token);
    dump(&fd);
    rdl_waitgroup_wait(&wg);
    CHECK(atomic_load(&f.passed) == TASKS * TURNS);
    for (int i = 0; i < TASKS; i++) {
        rdl_chan_free(f.ring[i]);
    }
    close(fd);
}

int main(int argc, char **argv) {
    stress_begin(argc, argv);
    for (int i = 0; i < stress.length; i++) {
        round_of();
    }
    return 0;
}
