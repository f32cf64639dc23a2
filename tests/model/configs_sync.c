/* configs_sync.c - mutex, waitgroup and once in users' memory, freed as early as users may: MU, WG, ON. */
#include "configs.h"
#include "ops.h"

/* What all three stand in; freed while the others may still be in their last call. */
struct object {
    rdl_mutex mu;
    rdl_waitgroup wg;
    rdl_once once;
    int holders;
    int value; /* plain: guarded by what is tested */
};

static struct object *object;

static void setup(void) {
    object = new_object(sizeof(*object));
}

static void setup_wg1(void) {
    setup();
    rdl_waitgroup_add(&object->wg, 1);
}

static void setup_wg2(void) {
    setup();
    rdl_waitgroup_add(&object->wg, 2);
}

/* -- mutex -- */

static void lock(void) {
    world_note("rdl_mutex_lock");
    rdl_mutex_lock(&object->mu);
    require(object->holders++ == 0, "two hold the mutex");
}

static void unlock(void) {
    object->holders--;
    world_note("rdl_mutex_unlock");
    rdl_mutex_unlock(&object->mu);
}

static void lock_unlock(void) {
    lock();
    object->value++;
    unlock();
}

static void lock_unlock_twice(void) {
    lock_unlock();
    lock_unlock();
}

static void trylock(void) {
    world_note("rdl_mutex_trylock");
    if (rdl_mutex_trylock(&object->mu)) {
        require(object->holders++ == 0, "two hold the mutex");
        unlock();
    }
}

static void check_free_mutex(void) {
    require(object->mu.rdl__state == 0 && object->mu.rdl__waiters == NULL,
            "a mutex that nobody holds is not as new");
}

/* The last of two to hold it frees it: the other's unlock must have touched it for the last time. */
static void lock_unlock_free_last(void) {
    lock();
    bool last = ++object->value == 2;
    unlock();
    if (last) {
        free_object(object);
    }
}

static void lock_unlock_free_third(void) {
    lock();
    bool last = ++object->value == 3;
    unlock();
    if (last) {
        free_object(object);
    }
}

/* -- waitgroup -- */

static void done(void) {
    object->value++;
    world_note("rdl_waitgroup_done");
    rdl_waitgroup_done(&object->wg);
}

static void done_own(void) {
    world_note("rdl_waitgroup_done");
    rdl_waitgroup_done(&object->wg);
}

static void wait_one(void) {
    world_note("rdl_waitgroup_wait");
    rdl_waitgroup_wait(&object->wg);
    require(object->value == 1, "wait returned before done");
}

static void wait_only(void) {
    world_note("rdl_waitgroup_wait");
    rdl_waitgroup_wait(&object->wg);
}

static void wait_free(void) {
    wait_only();
    free_object(object);
}

/* -- once -- */

static void once_body(void *arg) {
    (void)arg;
    object->value++;
}

static void once(void) {
    world_note("rdl_once_do");
    rdl_once_do(&object->once, once_body, NULL);
    require(object->value == 1, "once ran not once");
}

const struct config configs_sync[] = {
    {"mutex.two", "", setup, {lock_unlock, lock_unlock}, check_free_mutex},
    {"mutex.two_cpus",
     "with spinning",
     setup,
     {lock_unlock, lock_unlock},
     check_free_mutex,
     .cpus = 2},
    {"mutex.two_twice", "", setup, {lock_unlock_twice, lock_unlock}, check_free_mutex},
    {"mutex.three",
     "",
     setup,
     {lock_unlock, lock_unlock, lock_unlock},
     check_free_mutex,
     .preemptions = 3},
    {"mutex.try",
     "",
     setup,
     {lock_unlock, lock_unlock, trylock},
     check_free_mutex,
     .preemptions = 3},
    {"mutex.starving",
     "the clock jumps",
     setup,
     {lock_unlock_twice, lock_unlock},
     check_free_mutex,
     .clock_jumps = 2},
    {"mutex.free",
     "by the last holder",
     setup,
     {lock_unlock_free_last, lock_unlock_free_last},
     NULL},
    {"mutex.free_three",
     "",
     setup,
     {lock_unlock_free_third, lock_unlock_free_third, lock_unlock_free_third},
     NULL,
     .preemptions = 3},
    {"waitgroup.wait", "", setup_wg1, {wait_one, done}, NULL},
    {"waitgroup.two_waiters", "", setup_wg1, {wait_one, wait_one, done}, NULL, .preemptions = 3},
    {"waitgroup.two_done", "", setup_wg2, {wait_only, done_own, done_own}, NULL},
    {"waitgroup.free", "after wait", setup_wg2, {wait_free, done_own, done_own}, NULL},
    {"once.two", "", setup, {once, once}, NULL},
    {"once.three", "", setup, {once, once, once}, NULL, .preemptions = 3},
    {.name = NULL}};
