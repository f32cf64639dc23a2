/* raddle.h - goroutines, channels, select and their friends for C11 and C++17.
 *
 * main is the main goroutine; nothing has to be initialised. A task is a goroutine, or a thread
 * that calls in here. Blocking calls park the task, not the thread; a task may wake on another
 * thread, so keep no address of a thread-local object (errno's included) across them. Misuse
 * panics with Go's own text. Calls may come from any task and any thread; none is
 * async-signal-safe; after fork only exec is allowed in the child.
 *
 * Names: rdl_ and RDL_ are for users. rdl__ and RDL__ belong to the implementation.
 */
#ifndef RADDLE_H
#define RADDLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define RDL_NORETURN [[noreturn]]
#define RDL__AUTO    auto
extern "C" {
#else
#define RDL_NORETURN _Noreturn
#define RDL__AUTO    __auto_type
#endif

#define RDL__API __attribute__((visibility("default")))

#define RDL__SSIZE ptrdiff_t /* ssize_t, which <stddef.h> does not declare */

#define RDL_VERSION 1
/* The version of the library; RDL_VERSION is that of this header. */
RDL__API uint32_t rdl_version(void);

/* -- time: nanoseconds -- */

typedef int64_t rdl_duration;
typedef int64_t rdl_time; /* monotonic; INT64_MAX is never */

#define RDL_NANOSECOND  ((rdl_duration)1)
#define RDL_MICROSECOND ((rdl_duration)1000)
#define RDL_MILLISECOND ((rdl_duration)1000000)
#define RDL_SECOND      ((rdl_duration)1000000000)
#define RDL_MINUTE      ((rdl_duration)60 * RDL_SECOND)
#define RDL_HOUR        ((rdl_duration)3600 * RDL_SECOND)

typedef struct rdl_chan rdl_chan;

RDL__API rdl_time rdl_now(void); /* > 0 */

/* Parks the task for at least d; d <= 0 returns at once. INT64_MAX never returns. */
RDL__API void rdl_sleep(rdl_duration d);

/* A channel of rdl_time that becomes receivable once, after d, with the time it was due. Free it
 * with rdl_chan_free, which also stops its timer. */
RDL__API rdl_chan *rdl_after(rdl_duration d);

/* One event at a time, which may be stopped and set again. A value that fired but was not received
 * before rdl_timer_stop or rdl_timer_reset is never received after it. */
typedef struct rdl_timer rdl_timer;

/* Fires once after d, through its channel; the caller frees it. */
RDL__API rdl_timer *rdl_timer_new(rdl_duration d);

/* Runs fn(arg) in a new task after d; the caller frees it. Its channel is NULL. */
RDL__API rdl_timer *rdl_after_func(rdl_duration d, void (*fn)(void *), void *arg);

/* The timer's channel of rdl_time, borrowed: it lives as long as the timer. */
RDL__API rdl_chan *rdl_timer_chan(rdl_timer *t);

/* true: the timer was pending, or its value not received yet, or fn not started. */
RDL__API bool rdl_timer_stop(rdl_timer *t);
RDL__API bool rdl_timer_reset(rdl_timer *t, rdl_duration d);

/* Stops it; does not wait for fn. Allowed inside fn, and after it fired. NULL is allowed. */
RDL__API void rdl_timer_free(rdl_timer *t);

/* Fires every d > 0, without drift; at most one tick is pending. The caller frees it. */
typedef struct rdl_ticker rdl_ticker;
RDL__API rdl_ticker *rdl_ticker_new(rdl_duration d);
RDL__API rdl_chan *rdl_ticker_chan(rdl_ticker *t); /* borrowed */
RDL__API void rdl_ticker_reset(rdl_ticker *t, rdl_duration d);
RDL__API void rdl_ticker_stop(rdl_ticker *t);
RDL__API void rdl_ticker_free(rdl_ticker *t); /* NULL is allowed */

/* -- tasks -- */

/* Runs fn(arg) in a new task. Never blocks, never runs fn inline. fn NULL is fatal. */
RDL__API void rdl_go(void (*fn)(void *), void *arg);

/* The same with a copy of size bytes at arg, made before this returns, freed when the task ends. */
RDL__API void rdl_go_copy(void (*fn)(void *), const void *arg, size_t size);

typedef struct {
    size_t stack_bytes; /* 0: the default, 256 KiB unless RADDLE_OPTIONS=stack_size= says else */
    const char *name;   /* copied; NULL: none */
    size_t copy_bytes;  /* not 0: arg is copied, as by rdl_go_copy */
} rdl_go_options;

RDL__API void rdl_go_with(const rdl_go_options *options, void (*fn)(void *), void *arg);

/* Lets others run first. */
RDL__API void rdl_yield(void);

/* Runs the deferred calls of this task and ends it. Fatal on a thread of your own. */
RDL_NORETURN RDL__API void rdl_goexit(void);

/* How many tasks run at the same time: sets n when n >= 1, returns the value before. */
RDL__API int rdl_maxprocs(int n);

RDL__API size_t rdl_num_tasks(void);
RDL__API uint64_t rdl_task_id(void); /* main is 1 */
RDL__API void rdl_task_name(const char *name);
RDL__API void rdl_task_daemon(void); /* blocked when the program ends is no leak */

/* Ties the calling task to its thread, and the thread to it, until as many rdl_unlock_thread. A
 * task that ends while tied takes the thread with it. */
RDL__API void rdl_lock_thread(void);
RDL__API void rdl_unlock_thread(void);

/* Calls fn(arg), which may block the thread: other tasks go on meanwhile. fn runs as the calling
 * task and may call the runtime; errno afterwards is what fn left. */
RDL__API void rdl_blocking(void (*fn)(void *), void *arg);

/* What reports call this mutex, waitgroup or channel; copied. */
RDL__API void rdl_object_name(const void *object, const char *name);

/* Writes every task, its state, stack and creator. */
RDL__API void rdl_dump(int fd);

/* -- channels: elem_size 0 is chan struct{}; capacity 0 is unbuffered; NULL is the nil channel --
 */

RDL__API rdl_chan *rdl_chan_make(size_t elem_size, size_t capacity);

/* NULL is allowed. Fatal while a task is parked on ch; legal right after rdl_close, even if the
 * woken tasks have not run yet. */
RDL__API void rdl_chan_free(rdl_chan *ch);

/* Copies elem_size bytes at elem into the channel; elem must stay as it is until this returns. */
RDL__API void rdl_send(rdl_chan *ch, const void *elem);

/* false: closed and drained, elem zeroed. elem NULL discards the value. */
RDL__API bool rdl_recv(rdl_chan *ch, void *elem);

/* false: it would have blocked. */
RDL__API bool rdl_try_send(rdl_chan *ch, const void *elem);

/* false: it would have blocked; *ok (may be NULL) false: closed and drained. */
RDL__API bool rdl_try_recv(rdl_chan *ch, void *elem, bool *ok);

/* The same with a check that size is the channel's element size; else they panic. */
RDL__API void rdl_send_sized(rdl_chan *ch, const void *elem, size_t size);
RDL__API bool rdl_recv_sized(rdl_chan *ch, void *elem, size_t size);

RDL__API void rdl_close(rdl_chan *ch);
RDL__API size_t rdl_chan_len(rdl_chan *ch);
RDL__API size_t rdl_chan_cap(rdl_chan *ch);

#define RDL__JOIN_(a, b) a##b
#define RDL__JOIN(a, b)  RDL__JOIN_(a, b)

#define RDL_CHAN(T, capacity) rdl_chan_make(sizeof(T), (capacity))

/* Sends the value of an expression; its size is that of the expression's type. */
#define RDL_SEND_VALUE(ch, value) RDL__SEND_VALUE(ch, value, __COUNTER__)
#define RDL__SEND_VALUE(ch, value, n)                                                              \
    RDL__SEND_VALUE_(ch, value, RDL__JOIN(rdl__ch_, n), RDL__JOIN(rdl__value_, n))
#define RDL__SEND_VALUE_(ch, value, c, v)                                                          \
    __extension__({                                                                                \
        rdl_chan *c = (ch);                                                                        \
        RDL__AUTO v = (value);                                                                     \
        rdl_send_sized(c, &v, sizeof(v));                                                          \
    })

/* The received T; zero when the channel is closed and drained. */
#define RDL_RECV_VALUE(ch, T) RDL__RECV_VALUE(ch, T, RDL__JOIN(rdl__value_, __COUNTER__))
#define RDL__RECV_VALUE(ch, T, v)                                                                  \
    __extension__({                                                                                \
        T v;                                                                                       \
        (void)rdl_recv_sized((ch), &v, sizeof(v));                                                 \
        v;                                                                                         \
    })

/* The head of a loop: RDL_RANGE(jobs, j) { ... } with j declared before it. */
#define RDL_RANGE(ch, var)     RDL__RANGE(ch, var, RDL__JOIN(rdl__ch_, __COUNTER__))
#define RDL__RANGE(ch, var, c) for (rdl_chan *c = (ch); rdl_recv_sized(c, &(var), sizeof(var));)

/* -- select -- */

typedef struct {
    bool ok; /* out: of the case that ran, true when a value was moved; false in all others */
    uint8_t rdl__op;
    rdl_chan *rdl__chan;
    void *rdl__elem;
    rdl_duration rdl__timeout;
} rdl_case;

RDL__API rdl_case rdl_case_recv(rdl_chan *ch, void *elem);
RDL__API rdl_case rdl_case_send(rdl_chan *ch, const void *elem);
RDL__API rdl_case rdl_case_timeout(rdl_duration d);
RDL__API rdl_case rdl_case_default(void);

#define RDL_CASE_RECV(ch, elem) rdl_case_recv((ch), (elem))
#define RDL_CASE_SEND(ch, elem) rdl_case_send((ch), (elem))
#define RDL_CASE_TIMEOUT(d)     rdl_case_timeout((d))
#define RDL_CASE_DEFAULT        rdl_case_default()

/* Runs one of the cases that are ready, chosen at random; else waits for the first. Returns its
 * index. cases may be used again. n == 0 blocks for ever. */
RDL__API size_t rdl_select(rdl_case *cases, size_t n);

/* -- sync: valid when zero, never to be copied in use -- */

typedef struct {
    uint64_t rdl__state;
    void *rdl__waiters;
} rdl_mutex;

RDL__API void rdl_mutex_lock(rdl_mutex *mu);
RDL__API void rdl_mutex_unlock(rdl_mutex *mu);
RDL__API bool rdl_mutex_trylock(rdl_mutex *mu);

typedef struct {
    uint64_t rdl__state;
    void *rdl__waiters;
    void *rdl__self;
} rdl_waitgroup;

RDL__API void rdl_waitgroup_add(rdl_waitgroup *wg, int64_t n);
RDL__API void rdl_waitgroup_done(rdl_waitgroup *wg);
RDL__API void rdl_waitgroup_wait(rdl_waitgroup *wg);

/* add(1), fn(arg) in a new task, done when fn returns or calls rdl_goexit. */
RDL__API void rdl_waitgroup_go(rdl_waitgroup *wg, void (*fn)(void *), void *arg);

typedef struct {
    uint64_t rdl__state;
    void *rdl__waiters;
    uint64_t rdl__spare;
} rdl_once;

/* Runs fn(arg) at the first call; later and concurrent ones return when it has ended. What fn made
 * may stand beside the once: then this is Go's OnceValue. */
RDL__API void rdl_once_do(rdl_once *once, void (*fn)(void *), void *arg);

/* Many readers or one writer; a writer that waits keeps new readers out. Not recursive, no owner. */
typedef struct {
    uint64_t rdl__state;
    void *rdl__readers;
    void *rdl__writers;
    void *rdl__pending;
    void *rdl__self;
    uint64_t rdl__spare;
} rdl_rwmutex;

RDL__API void rdl_rwmutex_lock(rdl_rwmutex *rw);
RDL__API void rdl_rwmutex_unlock(rdl_rwmutex *rw);
RDL__API bool rdl_rwmutex_trylock(rdl_rwmutex *rw);
RDL__API void rdl_rwmutex_rlock(rdl_rwmutex *rw);
RDL__API void rdl_rwmutex_runlock(rdl_rwmutex *rw);
RDL__API bool rdl_rwmutex_tryrlock(rdl_rwmutex *rw);

/* A condition variable of a mutex, or of one side of an rwmutex. It knows its own address: a copy
 * panics. */
typedef struct {
    void *rdl__locker;
    void *rdl__self;
    void *rdl__waiters;
    uint64_t rdl__state;
} rdl_cond;

#define RDL_COND_INIT(mutex)                                                                       \
    { (mutex), 0, 0, 0 }

RDL__API void rdl_cond_init(rdl_cond *c, rdl_mutex *mu);
RDL__API void rdl_cond_init_rw(rdl_cond *c, rdl_rwmutex *rw); /* the write side */
RDL__API void rdl_cond_init_r(rdl_cond *c, rdl_rwmutex *rw);  /* the read side */

/* Unlocks, waits for a signal or broadcast that comes later, locks again. There is no wait with a
 * time: use a channel and rdl_select. */
RDL__API void rdl_cond_wait(rdl_cond *c);
RDL__API void rdl_cond_signal(rdl_cond *c);
RDL__API void rdl_cond_broadcast(rdl_cond *c);

#ifdef __cplusplus
#define RDL__SIZE_IS(type, bytes)                                                                  \
    static_assert(sizeof(type) == (bytes), #type " has its fixed size")
#else
#define RDL__SIZE_IS(type, bytes)                                                                  \
    _Static_assert(sizeof(type) == (bytes), #type " has its fixed size")
#endif
RDL__SIZE_IS(rdl_mutex, 16);
RDL__SIZE_IS(rdl_waitgroup, 24);
RDL__SIZE_IS(rdl_once, 24);
RDL__SIZE_IS(rdl_case, 32);
RDL__SIZE_IS(rdl_rwmutex, 48);
RDL__SIZE_IS(rdl_cond, 32);

/* -- context: a tree of deadlines, cancellations and values; reference counted -- */

typedef struct rdl_ctx rdl_ctx;
enum { RDL_CANCELED = 1, RDL_DEADLINE_EXCEEDED = 2 }; /* not errno values */

/* Never done, no deadline, no values. */
RDL__API rdl_ctx *rdl_ctx_background(void);

/* Children. The caller ends each with rdl_ctx_free. A child of a done parent is done at once. */
RDL__API rdl_ctx *rdl_ctx_with_cancel(rdl_ctx *parent);
RDL__API rdl_ctx *rdl_ctx_with_deadline(rdl_ctx *parent, rdl_time deadline);
RDL__API rdl_ctx *rdl_ctx_with_deadline_cause(rdl_ctx *parent, rdl_time deadline,
                                              const char *cause);
RDL__API rdl_ctx *rdl_ctx_with_timeout(rdl_ctx *parent, rdl_duration d);
RDL__API rdl_ctx *rdl_ctx_with_timeout_cause(rdl_ctx *parent, rdl_duration d, const char *cause);
RDL__API rdl_ctx *rdl_ctx_with_value(rdl_ctx *parent, const void *key, void *value);
RDL__API rdl_ctx *rdl_ctx_without_cancel(rdl_ctx *parent);
RDL__API rdl_ctx *rdl_ctx_with_signal(rdl_ctx *parent, int signo);

/* Cancels ctx and all below it; panics on a context that has no cancel. */
RDL__API void rdl_ctx_cancel(rdl_ctx *ctx);
RDL__API void rdl_ctx_cancel_cause(rdl_ctx *ctx, const char *cause); /* copied; NULL: none */

RDL__API rdl_chan *rdl_ctx_done(rdl_ctx *ctx); /* closed when done; NULL: never. Borrowed */
RDL__API int rdl_ctx_err(rdl_ctx *ctx);        /* 0, RDL_CANCELED, RDL_DEADLINE_EXCEEDED */

/* The given cause, else the text of the error, NULL when not done; lives as long as ctx. */
RDL__API const char *rdl_ctx_cause(rdl_ctx *ctx);
RDL__API void *rdl_ctx_value(rdl_ctx *ctx, const void *key);
RDL__API bool rdl_ctx_deadline(rdl_ctx *ctx, rdl_time *deadline);

/* Runs fn(arg) in a new task once ctx is done. stop: true when that will not happen any more. */
typedef uint64_t rdl_ctx_hook; /* nothing to free */
RDL__API rdl_ctx_hook rdl_ctx_after_func(rdl_ctx *ctx, void (*fn)(void *), void *arg);
RDL__API bool rdl_ctx_after_stop(rdl_ctx *ctx, rdl_ctx_hook hook);

/* For a task that may outlive the caller: ref before it is handed over, unref when it is done. */
RDL__API rdl_ctx *rdl_ctx_ref(rdl_ctx *ctx);
RDL__API void rdl_ctx_unref(rdl_ctx *ctx);

/* The creator's call: cancels (but for a value or without-cancel context), drops his reference. */
RDL__API void rdl_ctx_free(rdl_ctx *ctx); /* NULL is allowed */

/* -- semaphore and errgroup -- */

/* n units, below 2^59; waiters are served strictly in order. */
typedef struct {
    uint64_t rdl__state;
    int64_t rdl__size;
    void *rdl__waiters;
    uint64_t rdl__spare[2];
} rdl_semaphore;

#define RDL_SEMAPHORE_INIT(n)                                                                      \
    {                                                                                              \
        0, (n), 0, {                                                                               \
            0, 0                                                                                   \
        }                                                                                          \
    }

RDL__API void rdl_semaphore_init(rdl_semaphore *s, int64_t n);

/* 0, or rdl_ctx_err(ctx) when ctx was done first; ctx NULL waits for ever. */
RDL__API int rdl_semaphore_acquire(rdl_semaphore *s, int64_t n, rdl_ctx *ctx);
RDL__API bool rdl_semaphore_tryacquire(rdl_semaphore *s, int64_t n);
RDL__API void rdl_semaphore_release(rdl_semaphore *s, int64_t n);
RDL__SIZE_IS(rdl_semaphore, 40);

/* Tasks with a result: the first that is not 0 cancels the group's context, whose cause is then that
 * result in decimal. */
typedef struct rdl_errgroup rdl_errgroup;
RDL__API rdl_errgroup *rdl_errgroup_new(rdl_ctx *ctx); /* NULL: background */
RDL__API rdl_ctx *rdl_errgroup_ctx(rdl_errgroup *g);   /* borrowed */
RDL__API void rdl_errgroup_go(rdl_errgroup *g, int (*fn)(void *), void *arg);
RDL__API bool rdl_errgroup_try_go(rdl_errgroup *g, int (*fn)(void *), void *arg);
RDL__API int rdl_errgroup_wait(rdl_errgroup *g);              /* the first result that is not 0 */
RDL__API void rdl_errgroup_set_limit(rdl_errgroup *g, int n); /* < 0: none */
RDL__API void rdl_errgroup_free(rdl_errgroup *g);             /* NULL is allowed */

/* -- I/O that parks the task, not the thread --
 *
 * Results are those of the system call, or a negative errno; errno itself is not set. -ETIMEDOUT
 * at the deadline, -ECANCELED when rdl_close_fd came first. deadline: an rdl_now() value, 0 for
 * none; a past one fails at once. A broken pipe is -EPIPE, never SIGPIPE, but on descriptors 1 and
 * 2. */

struct sockaddr;

RDL__API RDL__SSIZE rdl_read(int fd, void *buf, size_t n, rdl_time deadline);

/* Writes all n; or returns what it wrote before the error or deadline, or, of nothing, the error. */
RDL__API RDL__SSIZE rdl_write(int fd, const void *buf, size_t n, rdl_time deadline);

/* The new socket is non-blocking and closed by exec. */
RDL__API int rdl_accept(int fd, struct sockaddr *address, unsigned *length, rdl_time deadline);
RDL__API int rdl_connect(int fd, const struct sockaddr *address, unsigned length,
                         rdl_time deadline);

/* The events of poll(2) that are ready, > 0. */
RDL__API int rdl_poll_fd(int fd, short events, rdl_time deadline);

/* Wakes the tasks that use fd, with -ECANCELED; the number is free when the last has left. */
RDL__API int rdl_close_fd(int fd);

/* Sends each signo to ch, a channel of int, as long as it has room; never blocks. */
RDL__API void rdl_signal_notify(rdl_chan *ch, int signo);
RDL__API void rdl_signal_stop(rdl_chan *ch);

/* -- defer, panic, recover -- */

/* A deferred call: a record in the frame that made it, linked from the task. */
typedef struct rdl__defer {
    void (*fn)(void *);
    void *arg;
    struct rdl__defer *below; /* the record made before this one */
    uintptr_t state;
} rdl__defer;

RDL__API rdl__defer rdl__defer_enter(rdl__defer *d, void (*fn)(void *), void *arg);
RDL__API rdl__defer rdl__defer_enter_unlock(rdl__defer *d, rdl_mutex *mu);
RDL__API rdl__defer rdl__defer_enter_rwunlock(rdl__defer *d, rdl_rwmutex *rw);
RDL__API rdl__defer rdl__defer_enter_runlock(rdl__defer *d, rdl_rwmutex *rw);
RDL__API rdl__defer rdl__defer_enter_done(rdl__defer *d, rdl_waitgroup *wg);
RDL__API rdl__defer rdl__defer_enter_close(rdl__defer *d, rdl_chan *ch);
RDL__API void rdl__defer_leave(rdl__defer *d);

#define RDL__DEFERRED                   rdl__defer __attribute__((cleanup(rdl__defer_leave)))
#define RDL__DEFER(fn, arg, d)          RDL__DEFERRED d = rdl__defer_enter(&d, (fn), (arg))
#define RDL__DEFER_KIND(enter, what, d) RDL__DEFERRED d = enter(&d, (what))
#define RDL__DEFER_NAME                 RDL__JOIN(rdl__defer_, __COUNTER__)

/* RDL_DEFER_UNLOCK takes a mutex or an rwmutex; its argument is evaluated once. */
#ifdef __cplusplus
extern "C++" {
inline rdl__defer rdl__defer_enter_any(rdl__defer *d, rdl_mutex *mu) {
    return rdl__defer_enter_unlock(d, mu);
}
inline rdl__defer rdl__defer_enter_any(rdl__defer *d, rdl_rwmutex *rw) {
    return rdl__defer_enter_rwunlock(d, rw);
}
}
#define RDL__DEFER_ENTER_UNLOCK(lock) rdl__defer_enter_any
#else
#define RDL__DEFER_ENTER_UNLOCK(lock)                                                              \
    _Generic((lock), rdl_rwmutex * : rdl__defer_enter_rwunlock, default : rdl__defer_enter_unlock)
#endif

/* A declaration: fn(arg) runs once, at the end of the enclosing scope, or when a panic or
 * rdl_goexit passes, whichever is first. */
#define RDL_DEFER(fn, arg)    RDL__DEFER(fn, arg, RDL__DEFER_NAME)
#define RDL_DEFER_UNLOCK(mu)  RDL__DEFER_KIND(RDL__DEFER_ENTER_UNLOCK(mu), mu, RDL__DEFER_NAME)
#define RDL_DEFER_RUNLOCK(rw) RDL__DEFER_KIND(rdl__defer_enter_runlock, rw, RDL__DEFER_NAME)
#define RDL_DEFER_DONE(wg)    RDL__DEFER_KIND(rdl__defer_enter_done, wg, RDL__DEFER_NAME)
#define RDL_DEFER_CLOSE(ch)   RDL__DEFER_KIND(rdl__defer_enter_close, ch, RDL__DEFER_NAME)

RDL_NORETURN RDL__API void rdl_panic(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

typedef struct {
    char message[240];
    void *value;
} rdl_panic_info;

/* Calls fn(arg). false: it panicked, and that ends here. info may be NULL. rdl_goexit passes. */
RDL__API bool rdl_try(void (*fn)(void *), void *arg, rdl_panic_info *info);

#ifdef __cplusplus
}
#endif

#endif
