/* text.h - what the runtime says when it is misused: one table [SEMANTICS 0.1]. Go's own words
 * where Go has them, `rdl: what` elsewhere.
 */
#ifndef RDL__TEXT_H
#define RDL__TEXT_H

/* panics */
#define TEXT_SEND_CLOSED      "send on closed channel"
#define TEXT_CLOSE_CLOSED     "close of closed channel"
#define TEXT_CLOSE_NIL        "close of nil channel"
#define TEXT_CHAN_SIZE        "makechan: size out of range"
#define TEXT_WG_NEGATIVE      "sync: negative WaitGroup counter"
#define TEXT_WG_MISUSE        "sync: WaitGroup misuse: Add called concurrently with Wait"
#define TEXT_WG_RANGE         "rdl: count of a waitgroup is out of range"
#define TEXT_WG_REUSED        "sync: WaitGroup is reused before previous Wait has returned"
#define TEXT_COND_COPIED      "sync.Cond is copied"
#define TEXT_SEM_RELEASE      "semaphore: released more than held"
#define TEXT_SEM_UNITS        "rdl: negative number of semaphore units"
#define TEXT_EG_LIMIT         "errgroup: modify limit while %lld goroutines in the group are still active"
#define TEXT_TWO_DEFAULTS     "rdl: select with two default cases"
#define TEXT_TOO_MANY_CASES   "rdl: select with more than 65536 cases"
#define TEXT_BAD_CASE         "rdl: select case that no RDL_CASE_ macro made"
#define TEXT_NULL_ELEM        "rdl: send of a NULL element"
#define TEXT_TIMER_CHAN_SEND  "rdl: send on the channel of a timer"
#define TEXT_TIMER_CHAN_CLOSE "rdl: close of the channel of a timer"
#define TEXT_NIL_PANIC        "panic called with nil argument (use GODEBUG=panicnil=1 to disable)"
#define TEXT_WRONG_SIZE       "rdl: %zu-byte value on a channel of %zu-byte elements"
#define TEXT_NOTIFY_NIL       "os/signal: Notify using nil channel"
#define TEXT_BAD_SIGNAL       "rdl: signal number out of range"

/* fatal errors */
#define TEXT_DEADLOCK        "all goroutines are asleep - deadlock!"
#define TEXT_NO_GOROUTINES   "no goroutines (main called runtime.Goexit) - deadlock!"
#define TEXT_GO_NIL          "go of nil func value"
#define TEXT_STACK_OVERFLOW  "stack overflow"
#define TEXT_UNLOCK_UNLOCKED "sync: unlock of unlocked mutex"
#define TEXT_RW_UNLOCK       "sync: Unlock of unlocked RWMutex"
#define TEXT_RW_RUNLOCK      "sync: RUnlock of unlocked RWMutex"
#define TEXT_COND_ZERO       "rdl: wait on a cond that RDL_COND_INIT or rdl_cond_init gave no mutex"
#define TEXT_EG_FREED        "rdl: free of an errgroup whose goroutines are still active"
#define TEXT_FREE_WAITED     "rdl: free of a channel that a task waits on"
#define TEXT_FREED_CHAN      "rdl: use of a freed channel"
#define TEXT_GOEXIT_FOREIGN  "rdl: rdl_goexit on a thread that rdl_go did not make"
#define TEXT_DEFER_SKIPPED   "rdl: a longjmp or return left a deferred call behind"
#define TEXT_TRY_SKIPPED     "rdl: a longjmp left a protected call behind"
#define TEXT_THREAD_EXIT     "rdl: pthread_exit or cancellation in a goroutine"
#define TEXT_EXCEPTION       "rdl: a C++ exception left a goroutine: "
#define TEXT_EXCEPTION_DEFERRED                                                                    \
    "rdl: a C++ exception left a call deferred in a goroutine that panics or ends: "
#define TEXT_PANIC_PRINTING "panic while printing panic value: "
#define TEXT_AGAIN          "panic during panic\n"
#define TEXT_NULL_OBJECT    "rdl: NULL handle"
#define TEXT_NULL_FUNCTION  "rdl: NULL function"
#define TEXT_NULL_ARG       "rdl: NULL argument to be copied"
#define TEXT_NULL_CASES     "rdl: NULL select cases"
#define TEXT_NO_MEMORY      "rdl: out of memory"
#define TEXT_NO_STACK       "rdl: no address space for a goroutine's stack"
#define TEXT_STACK_TOO_BIG  "rdl: stack_bytes is out of range"
#define TEXT_NO_THREAD      "rdl: the system refused a thread"
#define TEXT_NO_DESCRIPTOR  "rdl: too many open descriptors"
#define TEXT_THREADS        "thread exhaustion"
#define TEXT_COPY_TOO_BIG   "rdl: copy_bytes is out of range"
#define TEXT_FREE_NOTIFIED  "rdl: free of a channel that signals are sent to (rdl_signal_stop first)"
#define TEXT_SIGNAL_CLOSED  "rdl: signal for a closed channel (rdl_signal_stop before rdl_close)"
#define TEXT_NO_POLLER      "rdl: no descriptor or no memory left to wait for signals"
#define TEXT_LOCK_OVERFLOW  "LockOSThread nesting overflow"
#define TEXT_SIGNAL         "unexpected signal"

/* time */
#define TEXT_STOP_UNINITIALIZED    "time: Stop called on uninitialized Timer"
#define TEXT_RESET_UNINITIALIZED   "time: Reset called on uninitialized Timer"
#define TEXT_TICKER_UNINITIALIZED  "time: Reset called on uninitialized Ticker"
#define TEXT_TICKER_INTERVAL       "non-positive interval for NewTicker"
#define TEXT_TICKER_RESET_INTERVAL "non-positive interval for Ticker.Reset"
#define TEXT_FREED_TIMER           "rdl: use of a freed timer" /* fatal */

/* channels that belong to a timer or a context */
#define TEXT_DONE_CHAN_SEND  "rdl: send on the done channel of a context"
#define TEXT_DONE_CHAN_CLOSE "rdl: close of the done channel of a context"
#define TEXT_FREE_BORROWED   "rdl: free of a channel that belongs to a timer or a context"

/* contexts */
#define TEXT_CANCELED   "context canceled"
#define TEXT_EXCEEDED   "context deadline exceeded"
#define TEXT_NIL_PARENT "cannot create context from nil parent"
#define TEXT_NIL_KEY    "nil key"
#define TEXT_NO_CANCEL  "rdl: cancel of a context that has no cancel"
#define TEXT_FREED_CTX  "rdl: use of a freed context" /* fatal */

#endif
