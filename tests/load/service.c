/* service.c - a service of worker pools under a load of bounded length, whose memory stays flat.
 *
 *     service N CROWD PERCENT     N jobs, now and then CROWD at once
 *     service Ns CROWD PERCENT    N seconds
 *
 * What servers are made of, all at once: workers that live for ever, goroutines and threads; clients
 * that come and go by the thousand, each with a job on the heap, a reply channel, a context with a
 * deadline and a mutex of its own; batches with a waitgroup, a condition variable and a short-lived thread;
 * sessions that are made, read by many and freed; timers; thread-local state; watchers that read a
 * configuration which is never written again; and a main that only waits. No race, no leak.
 *
 * Prints a table of its memory (flat.h) and fails when that grew by more than PERCENT, or a job was
 * answered wrongly.
 * RACY leaves out the one wait between what a watcher wrote at the start, and main's reading it at
 * the end: one race, of which the earlier access is as old as the run.
 */
#include <malloc.h>
#include <pthread.h>
#include <raddle.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flat.h"

#define WORKERS       8
#define OFFICE        3 /* threads */
#define WATCHERS      8
#define DRIVERS       4
#define BATCH         48
#define CROWD_EACH    64 /* batches */
#define THREAD_EACH   16
#define SESSIONS      509
#define SESSION_HITS  64 /* after so many it is made anew */
#define SESSION_BYTES 192
#define WEIGHTS       64
#define HOPELESS_EACH 61 /* jobs whose deadline has passed when they are sent */
#define OFFICE_EACH   5
#define ALARM_EACH    7
#define ENOUGH_TIME   (10 * RDL_MINUTE)

struct session {
    long key;
    atomic_long hits;
    unsigned char text[SESSION_BYTES]; /* not written after the session is in the map */
};

/* Whoever is the last to need it frees it. */
struct job {
    atomic_int holders;
    long key;
    rdl_ctx *ctx;
    rdl_chan *reply; /* of long; has room for the answer */
    rdl_mutex mu;
    int hands; /* that the job went through; mu */
};

struct batch {
    rdl_waitgroup clients;
    rdl_mutex mu;
    rdl_cond quiet;
    long n, over, answered; /* mu */
};

struct client {
    struct batch *batch;
    long key;
};

/* An errand for a thread of the office, by means of pthreads alone. */
struct errand {
    struct errand *next;
    struct job *job;
    pthread_mutex_t mu;
    pthread_cond_t over;
    bool is_over; /* mu */
    long result;  /* mu */
};

static struct service {
    long weight[WEIGHTS]; /* written by main before the first task */
    long jobs_wanted;     /* 0: as long as there is time */
    long crowd;
    rdl_time start, end;
    rdl_chan *jobs; /* of struct job * */
    rdl_chan *stop; /* closed when there is no more to do */
    atomic_long sent, done, wrong, alarms;
    rdl_mutex
        crowd_turn; /* one crowd at a time, or the peak is met late, when all happen to meet */

    rdl_rwmutex map_lock;
    struct session *map[SESSIONS];

    pthread_mutex_t office_lock;
    pthread_cond_t office_has;
    struct errand *errands; /* office_lock, as the next two */
    bool office_closes;
    long office_errands;

    rdl_waitgroup drivers, workers, watchers, opened;
    rdl_time opened_at;
    struct flat flat;
} service = {.office_lock = PTHREAD_MUTEX_INITIALIZER, .office_has = PTHREAD_COND_INITIALIZER};

static void must(bool holds, const char *what) {
    if (!holds) {
        fprintf(stderr, "service: %s\n", what);
        exit(1);
    }
}

static void *zeroed(size_t bytes) {
    void *p = calloc(1, bytes);
    must(p != NULL, "no memory");
    return p;
}

/* The right answer to a job. */
static long answer_to(long key) {
    return key * service.weight[key % WEIGHTS] + key % SESSIONS;
}

/* -- sessions -- */

static struct session *session_new(long key) {
    struct session *s = zeroed(sizeof(*s));
    s->key = key % SESSIONS;
    memset(s->text, (int)(s->key % 251), sizeof(s->text));
    return s;
}

/* Puts another one in the place, and frees the old one, which nobody reads under the lock. */
static void session_renew(long key) {
    struct session *fresh = session_new(key);
    rdl_rwmutex_lock(&service.map_lock);
    struct session *old = service.map[key % SESSIONS];
    service.map[key % SESSIONS] = fresh;
    rdl_rwmutex_unlock(&service.map_lock);
    free(old);
}

/* The session's key as it is found there; -1: there is none, or it is worn. */
static long session_ask(long key) {
    long found = -1;
    rdl_rwmutex_rlock(&service.map_lock);
    struct session *s = service.map[key % SESSIONS];
    if (s != NULL && atomic_fetch_add_explicit(&s->hits, 1, memory_order_relaxed) < SESSION_HITS &&
        s->text[key % SESSION_BYTES] == s->key % 251) {
        found = s->key;
    }
    rdl_rwmutex_runlock(&service.map_lock);
    return found;
}

static long session_of(long key) {
    long found = session_ask(key);
    if (found < 0) {
        session_renew(key);
        found = key % SESSIONS;
    }
    return found;
}

/* -- jobs -- */

static struct job *job_new(long key) {
    struct job *job = zeroed(sizeof(*job));
    job->holders = 2; /* the client and a worker */
    job->key = key;
    job->reply = RDL_CHAN(long, 1);
    job->ctx = rdl_ctx_with_timeout(rdl_ctx_background(), key % HOPELESS_EACH ? ENOUGH_TIME : 0);
    return job;
}

static void job_drop(struct job *job) {
    if (atomic_fetch_sub_explicit(&job->holders, 1, memory_order_acq_rel) == 1) {
        rdl_ctx_free(job->ctx);
        rdl_chan_free(job->reply);
        free(job);
    }
}

static void job_touch(struct job *job) {
    rdl_mutex_lock(&job->mu);
    job->hands++;
    rdl_mutex_unlock(&job->mu);
}

/* -- the office: threads and a queue between pthread calls -- */

static _Thread_local long errands_here;

static long run_errand(const struct job *job) {
    errands_here++;
    return job->key * service.weight[job->key % WEIGHTS];
}

static struct errand *next_errand(void) {
    pthread_mutex_lock(&service.office_lock);
    while (service.errands == NULL && !service.office_closes) {
        pthread_cond_wait(&service.office_has, &service.office_lock);
    }
    struct errand *e = service.errands;
    service.errands = e != NULL ? e->next : NULL;
    pthread_mutex_unlock(&service.office_lock);
    return e;
}

static void *office(void *unused) {
    for (struct errand *e; (e = next_errand()) != NULL;) {
        job_touch(e->job);
        long result = run_errand(e->job);
        pthread_mutex_lock(&e->mu);
        e->result = result;
        e->is_over = true;
        pthread_cond_signal(&e->over);
        pthread_mutex_unlock(&e->mu);
    }
    pthread_mutex_lock(&service.office_lock);
    service.office_errands += errands_here;
    pthread_mutex_unlock(&service.office_lock);
    return unused;
}

static void await_errand(void *arg) {
    struct errand *e = arg;
    pthread_mutex_lock(&e->mu);
    while (!e->is_over) {
        pthread_cond_wait(&e->over, &e->mu);
    }
    pthread_mutex_unlock(&e->mu);
}

static long ask_office(struct job *job) {
    struct errand *e = zeroed(sizeof(*e));
    e->job = job;
    pthread_mutex_init(&e->mu, NULL);
    pthread_cond_init(&e->over, NULL);
    pthread_mutex_lock(&service.office_lock);
    e->next = service.errands;
    service.errands = e;
    pthread_cond_signal(&service.office_has);
    pthread_mutex_unlock(&service.office_lock);
    rdl_blocking(await_errand, e);
    long result = e->result;
    pthread_cond_destroy(&e->over);
    pthread_mutex_destroy(&e->mu);
    free(e);
    return result;
}

static void close_office(void) {
    pthread_mutex_lock(&service.office_lock);
    service.office_closes = true;
    pthread_cond_broadcast(&service.office_has);
    pthread_mutex_unlock(&service.office_lock);
}

/* -- workers -- */

static long work_on(struct job *job) {
    job_touch(job);
    long product = job->key % OFFICE_EACH == 0 ? ask_office(job)
                                               : job->key * service.weight[job->key % WEIGHTS];
    return product + session_of(job->key);
}

static void work(void *unused) {
    (void)unused;
    struct job *job;
    RDL_RANGE(service.jobs, job) {
        if (rdl_ctx_err(job->ctx) == 0) {
            RDL_SEND_VALUE(job->reply, work_on(job));
        }
        job_drop(job);
    }
}

static void *work_as_thread(void *arg) {
    work(arg);
    return arg;
}

/* -- clients -- */

static void ring(void *unused) {
    (void)unused;
    atomic_fetch_add_explicit(&service.alarms, 1, memory_order_relaxed);
}

/* The answer; -1: the deadline came first. */
static long await_answer(struct job *job) {
    long answer = -1;
    rdl_case cases[] = {RDL_CASE_RECV(job->reply, &answer),
                        RDL_CASE_RECV(rdl_ctx_done(job->ctx), NULL)};
    rdl_select(cases, 2);
    return answer;
}

static bool ask(long key) {
    struct job *job = job_new(key);
    rdl_timer *alarm = key % ALARM_EACH == 0 ? rdl_after_func(ENOUGH_TIME, ring, NULL) : NULL;
    rdl_send(service.jobs, &job);
    long answer = await_answer(job);
    job_touch(job);
    if (alarm != NULL) {
        rdl_timer_stop(alarm);
        rdl_timer_free(alarm);
    }
    job_drop(job);
    return answer == (key % HOPELESS_EACH ? answer_to(key) : -1);
}

static void come_and_go(void *arg) {
    const struct client *client = arg;
    struct batch *batch = client->batch;
    bool right = ask(client->key);
    rdl_mutex_lock(&batch->mu);
    batch->answered += right;
    batch->over++;
    if (batch->over == batch->n) {
        rdl_cond_signal(&batch->quiet);
    }
    rdl_mutex_unlock(&batch->mu);
}

/* -- batches -- */

/* What a thread that lives for one batch does. */
static void *tally(void *arg) {
    struct batch *batch = arg;
    rdl_mutex_lock(&batch->mu);
    long *right = zeroed(sizeof(*right));
    *right = batch->answered;
    rdl_mutex_unlock(&batch->mu);
    return right;
}

static void tally_on_thread(void *arg) {
    struct batch *batch = arg;
    pthread_t thread;
    void *right;
    must(pthread_create(&thread, NULL, tally, batch) == 0, "no thread");
    pthread_join(thread, &right);
    must(*(long *)right == batch->answered, "a thread counted otherwise");
    free(right);
}

static void start_client(void *arg) {
    struct client *client = arg;
    come_and_go(client);
    rdl_waitgroup_done(&client->batch->clients);
}

static void run_batch(long first, long n, bool with_thread) {
    struct batch *batch = zeroed(sizeof(*batch));
    batch->n = n;
    rdl_cond_init(&batch->quiet, &batch->mu);
    rdl_waitgroup_add(&batch->clients, n);
    for (long i = 0; i < n; i++) {
        struct client client = {batch, first + i};
        rdl_go_copy(start_client, &client, sizeof(client));
    }
    rdl_mutex_lock(&batch->mu);
    while (batch->over < n) {
        rdl_cond_wait(&batch->quiet);
    }
    rdl_mutex_unlock(&batch->mu);
    rdl_waitgroup_wait(&batch->clients);
    if (with_thread) {
        rdl_blocking(tally_on_thread, batch);
    }
    atomic_fetch_add_explicit(&service.wrong, n - batch->answered, memory_order_relaxed);
    atomic_fetch_add_explicit(&service.done, n, memory_order_relaxed);
    free(batch);
}

static bool is_more_wanted(void) {
    return service.jobs_wanted ? atomic_load(&service.sent) < service.jobs_wanted
                               : rdl_now() < service.end;
}

static void drive(void *unused) {
    (void)unused;
    for (long batch = 1; is_more_wanted(); batch++) {
        bool is_crowd = batch % CROWD_EACH == 1;
        long n = is_crowd ? service.crowd : BATCH;
        if (is_crowd) {
            rdl_mutex_lock(&service.crowd_turn);
        }
        run_batch(atomic_fetch_add(&service.sent, n), n, batch % THREAD_EACH == 0);
        if (is_crowd) {
            rdl_mutex_unlock(&service.crowd_turn);
        }
    }
}

/* -- watchers -- */

static void note_opening(void) {
    service.opened_at = rdl_now();
}

static void open_for_business(void) {
    note_opening();
    rdl_waitgroup_done(&service.opened);
}

/* Reads the configuration until the end; the first one also opens the service. */
static void keep_watch(void *arg) {
    rdl_ticker *ticker = rdl_ticker_new(RDL_MILLISECOND);
    long sum = 0;
    if (arg != NULL) {
        open_for_business();
    }
    for (size_t ready = 0; ready == 0;) {
        rdl_case cases[] = {RDL_CASE_RECV(rdl_ticker_chan(ticker), NULL),
                            RDL_CASE_RECV(service.stop, NULL)};
        ready = rdl_select(cases, 2);
        for (int i = 0; i < WEIGHTS; i++) {
            sum += service.weight[i];
        }
    }
    must(sum % (WEIGHTS / 2 * (WEIGHTS + 1)) == 0, "the configuration changed");
    rdl_ticker_free(ticker);
}

static void watch_memory(void *unused) {
    (void)unused;
    rdl_duration step = service.jobs_wanted ? 5 * RDL_MILLISECOND : RDL_SECOND;
    bool stopped = false;
    while (!stopped) {
        rdl_case cases[] = {RDL_CASE_RECV(service.stop, NULL), RDL_CASE_TIMEOUT(step)};
        stopped = rdl_select(cases, 2) == 0;
        rdl_time now = rdl_now();
        long jobs = atomic_load(&service.done);
        double done = service.jobs_wanted
                          ? (double)jobs / (double)service.jobs_wanted
                          : (double)(now - service.start) / (double)(service.end - service.start);
        flat_sample(&service.flat, done, (double)(now - service.start) / RDL_SECOND, jobs);
    }
}

/* -- the whole -- */

static void set_up(const char *length, const char *crowd) {
    char *end;
    long n = strtol(length, &end, 10);
    bool seconds = strcmp(end, "s") == 0;
    service.crowd = atol(crowd);
    must(n > 0 && (seconds || *end == '\0') && service.crowd > 0,
         "usage: service N|Ns CROWD PERCENT");
    for (int i = 0; i < WEIGHTS; i++) {
        service.weight[i] = i + 1;
    }
    service.start = rdl_now();
    service.jobs_wanted = seconds ? 0 : n;
    service.end = service.start + n * RDL_SECOND;
    service.jobs = RDL_CHAN(struct job *, 16);
    service.stop = RDL_CHAN(char, 0);
}

static void tear_down(void) {
    for (int i = 0; i < SESSIONS; i++) {
        free(service.map[i]);
    }
    rdl_chan_free(service.jobs);
    rdl_chan_free(service.stop);
}

static void run(void) {
    pthread_t offices[OFFICE], thread;
    rdl_waitgroup_add(&service.opened, 1);
    for (int i = 0; i < OFFICE; i++) {
        must(pthread_create(&offices[i], NULL, office, NULL) == 0, "no thread");
    }
    must(pthread_create(&thread, NULL, work_as_thread, NULL) == 0, "no thread");
    for (int i = 0; i < WORKERS; i++) {
        rdl_waitgroup_go(&service.workers, work, NULL);
    }
    for (int i = 0; i < WATCHERS; i++) {
        rdl_waitgroup_go(&service.watchers, keep_watch, i == 0 ? &service : NULL);
    }
    rdl_waitgroup_go(&service.watchers, watch_memory, NULL);
    for (int i = 0; i < DRIVERS; i++) {
        rdl_waitgroup_go(&service.drivers, drive, NULL);
    }
    rdl_waitgroup_wait(&service.drivers);
#ifndef RACY
    rdl_waitgroup_wait(&service.opened);
#endif
    must(service.opened_at >= service.start, "was never opened");
    rdl_close(service.jobs);
    rdl_close(service.stop);
    rdl_waitgroup_wait(&service.workers);
    rdl_waitgroup_wait(&service.watchers);
    pthread_join(thread, NULL);
    close_office();
    for (int i = 0; i < OFFICE; i++) {
        pthread_join(offices[i], NULL);
    }
}

int main(int argc, char **argv) {
    /* In one arena malloc is soon at its size; what is judged is what grows besides. */
    mallopt(M_ARENA_MAX, 1);
    must(argc == 4, "usage: service N|Ns CROWD PERCENT");
    set_up(argv[1], argv[2]);
    run();
    long done = atomic_load(&service.done), wrong = atomic_load(&service.wrong);
    printf("%ld jobs, %ld of them wrong, %ld errands\n", done, wrong, service.office_errands);
    bool is_flat = flat_judge(&service.flat, atol(argv[3]));
    tear_down();
    return is_flat && wrong == 0 ? 0 : 1;
}
