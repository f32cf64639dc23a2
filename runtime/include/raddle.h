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
    uint32_t rdl__state;
    uint32_t rdl__spare;
    void *rdl__waiters;
} rdl_mutex;

RDL__API void rdl_mutex_lock(rdl_mutex *mu);
RDL__API void rdl_mutex_unlock(rdl_mutex *mu);
RDL__API bool rdl_mutex_trylock(rdl_mutex *mu);

typedef struct {
    uint32_t rdl__state;
    uint32_t rdl__cell;
    int64_t rdl__counter;
    void *rdl__waiters;
} rdl_waitgroup;

RDL__API void rdl_waitgroup_add(rdl_waitgroup *wg, int64_t n);
RDL__API void rdl_waitgroup_done(rdl_waitgroup *wg);
RDL__API void rdl_waitgroup_wait(rdl_waitgroup *wg);

/* add(1), fn(arg) in a new task, done when fn returns or calls rdl_goexit. */
RDL__API void rdl_waitgroup_go(rdl_waitgroup *wg, void (*fn)(void *), void *arg);

typedef struct {
    uint32_t rdl__state;
    uint32_t rdl__spare;
    void *rdl__waiters;
    uint64_t rdl__spare2;
} rdl_once;

/* Runs fn(arg) at the first call; later and concurrent ones return when it has ended. */
RDL__API void rdl_once_do(rdl_once *once, void (*fn)(void *), void *arg);

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
RDL__API rdl__defer rdl__defer_enter_done(rdl__defer *d, rdl_waitgroup *wg);
RDL__API rdl__defer rdl__defer_enter_close(rdl__defer *d, rdl_chan *ch);
RDL__API void rdl__defer_leave(rdl__defer *d);

#define RDL__DEFERRED                   rdl__defer __attribute__((cleanup(rdl__defer_leave)))
#define RDL__DEFER(fn, arg, d)          RDL__DEFERRED d = rdl__defer_enter(&d, (fn), (arg))
#define RDL__DEFER_KIND(enter, what, d) RDL__DEFERRED d = enter(&d, (what))
#define RDL__DEFER_NAME                 RDL__JOIN(rdl__defer_, __COUNTER__)

/* A declaration: fn(arg) runs once, at the end of the enclosing scope, or when a panic or
 * rdl_goexit passes, whichever is first. */
#define RDL_DEFER(fn, arg)   RDL__DEFER(fn, arg, RDL__DEFER_NAME)
#define RDL_DEFER_UNLOCK(mu) RDL__DEFER_KIND(rdl__defer_enter_unlock, mu, RDL__DEFER_NAME)
#define RDL_DEFER_DONE(wg)   RDL__DEFER_KIND(rdl__defer_enter_done, wg, RDL__DEFER_NAME)
#define RDL_DEFER_CLOSE(ch)  RDL__DEFER_KIND(rdl__defer_enter_close, ch, RDL__DEFER_NAME)

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
