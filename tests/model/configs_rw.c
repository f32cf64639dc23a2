/* configs_rw.c - rwmutex and cond: RW-01..RW-09, CV-01..CV-04. */
#include "configs.h"
#include "ops.h"

struct object {
    rdl_rwmutex rw;
    rdl_mutex mu;
    rdl_cond cond;
    int users; /* who is done */
    int value; /* plain: written inside only */
    bool flag;
};

static struct object *object;

/* Who is inside; the model's, not of the watched memory. */
static int writers, readers;

static void setup(void) {
    object = new_object(sizeof(*object));
    writers = readers = 0;
}

static void setup_cond(void) {
    setup();
    rdl_cond_init(&object->cond, &object->mu);
}

static void setup_cond_rw(void) {
    setup();
    rdl_cond_init_rw(&object->cond, &object->rw);
}

/* -- rwmutex -- */

#define UNWATCHED __attribute__((no_sanitize_thread, noinline))

static UNWATCHED void count(int n_writers, int n_readers) {
    writers += n_writers;
    readers += n_readers;
    require(writers == 0 || (writers == 1 && readers == 0), "a writer is not alone");
}

static void write_inside(void) {
    count(1, 0);
    object->value++;
}

static void read_inside(void) {
    count(0, 1);
    (void)*(volatile int *)&object->value;
}

static void write_once(void) {
    world_note("rdl_rwmutex_lock");
    rdl_rwmutex_lock(&object->rw);
    write_inside();
    count(-1, 0);
    world_note("rdl_rwmutex_unlock");
    rdl_rwmutex_unlock(&object->rw);
}

static void read_once(void) {
    world_note("rdl_rwmutex_rlock");
    rdl_rwmutex_rlock(&object->rw);
    read_inside();
    count(0, -1);
    world_note("rdl_rwmutex_runlock");
    rdl_rwmutex_runlock(&object->rw);
}

static void write_twice(void) {
    write_once();
    write_once();
}

static void read_write(void) {
    read_once();
    write_once();
}

static void try_write(void) {
    world_note("rdl_rwmutex_trylock");
    if (rdl_rwmutex_trylock(&object->rw)) {
        write_inside();
        count(-1, 0);
        rdl_rwmutex_unlock(&object->rw);
    }
}

static void try_read(void) {
    world_note("rdl_rwmutex_tryrlock");
    if (rdl_rwmutex_tryrlock(&object->rw)) {
        read_inside();
        count(0, -1);
        rdl_rwmutex_runlock(&object->rw);
    }
}

/* The writer that finds all others done frees the object: no unlock may touch it late. */
static void write_count_free(int last) {
    rdl_rwmutex_lock(&object->rw);
    bool is_last = ++object->users == last;
    rdl_rwmutex_unlock(&object->rw);
    if (is_last) {
        free_object(object);
    }
}

static void write_free_2(void) {
    write_count_free(2);
}

static void check_rw(void) {
    require(object->rw.rdl__state == 0 && object->rw.rdl__readers == NULL &&
                object->rw.rdl__writers == NULL && object->rw.rdl__pending == NULL,
            "an rwmutex that nobody holds is not as new");
}

/* -- cond -- */

static void wait_flag(void) {
    rdl_mutex_lock(&object->mu);
    while (!object->flag) {
        world_note("rdl_cond_wait");
        rdl_cond_wait(&object->cond);
    }
    rdl_mutex_unlock(&object->mu);
}

/* Every waiter takes one. */
static void wait_value(void) {
    rdl_mutex_lock(&object->mu);
    while (object->value == 0) {
        world_note("rdl_cond_wait");
        rdl_cond_wait(&object->cond);
    }
    object->value--;
    rdl_mutex_unlock(&object->mu);
}

static void set_flag(void) {
    rdl_mutex_lock(&object->mu);
    object->flag = true;
    rdl_mutex_unlock(&object->mu);
}

static void set_signal(void) {
    set_flag();
    world_note("rdl_cond_signal");
    rdl_cond_signal(&object->cond);
}

static void signal_inside(void) {
    rdl_mutex_lock(&object->mu);
    object->flag = true;
    world_note("rdl_cond_signal");
    rdl_cond_signal(&object->cond);
    rdl_mutex_unlock(&object->mu);
}

static void set_broadcast(void) {
    set_flag();
    world_note("rdl_cond_broadcast");
    rdl_cond_broadcast(&object->cond);
}

static void give_two(void) {
    for (int i = 0; i < 2; i++) {
        rdl_mutex_lock(&object->mu);
        object->value++;
        rdl_mutex_unlock(&object->mu);
        world_note("rdl_cond_signal");
        rdl_cond_signal(&object->cond);
    }
}

static void wait_flag_rw(void) {
    rdl_rwmutex_lock(&object->rw);
    while (!object->flag) {
        world_note("rdl_cond_wait");
        rdl_cond_wait(&object->cond);
    }
    rdl_rwmutex_unlock(&object->rw);
}

static void signal_rw(void) {
    rdl_rwmutex_lock(&object->rw);
    object->flag = true;
    rdl_rwmutex_unlock(&object->rw);
    world_note("rdl_cond_signal");
    rdl_cond_signal(&object->cond);
}

static void check_cond(void) {
    require(object->mu.rdl__state == 0 && object->cond.rdl__waiters == NULL,
            "a mutex or cond that nobody uses is not as new");
}

const struct config configs_rw[] = {
    {"rwmutex.write_read", "", setup, {write_once, read_once}, check_rw},
    {"rwmutex.writers", "", setup, {write_twice, write_once}, check_rw},
    {"rwmutex.readers", "", setup, {write_once, read_once, read_once}, check_rw, .preemptions = 3},
    {"rwmutex.two_writers",
     "",
     setup,
     {write_once, write_once, read_once},
     check_rw,
     .preemptions = 3},
    {"rwmutex.turns", "RW-03", setup, {read_write, read_write}, check_rw, .preemptions = 4},
    {"rwmutex.three", "", setup, {write_once, write_once, write_once}, check_rw, .preemptions = 3},
    {"rwmutex.try", "", setup, {write_once, try_read, try_write}, check_rw, .preemptions = 3},
    {"rwmutex.starving",
     "",
     setup,
     {write_once, write_once, read_once},
     check_rw,
     .clock_jumps = 1,
     .preemptions = 2},
    {"rwmutex.free", "by the last", setup, {write_free_2, write_free_2}, NULL},
    {"cond.signal", "", setup_cond, {wait_flag, set_signal}, check_cond},
    {"cond.signal_inside", "", setup_cond, {wait_flag, signal_inside}, check_cond},
    {"cond.two_signals",
     "",
     setup_cond,
     {wait_value, wait_value, give_two},
     check_cond,
     .preemptions = 1},
    {"cond.broadcast",
     "",
     setup_cond,
     {wait_flag, wait_flag, set_broadcast},
     check_cond,
     .preemptions = 1},
    {"cond.of_rwmutex", "", setup_cond_rw, {wait_flag_rw, signal_rw}, check_rw, .preemptions = 4},
    {.name = NULL}};
