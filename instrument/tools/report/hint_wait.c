/* hint_wait.c - the patterns of waits that never end, and of locks that could become such.
 *
 * Who waits for whom decides first: a circle of locks is mended otherwise than a wait within a lock, whatever its
 * tasks wait for. Else it is what the first of them waits in.
 */
#include "instrument/tools/report/hint.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "detector/event.h"
#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/holders.h"
#include "instrument/tools/report/lock_labels.h"
#include "instrument/tools/report/modules.h"
#include "instrument/tools/report/pieces.h"
#include "instrument/tools/report/say.h"
#include "instrument/tools/report/stacks.h"

enum { LONGEST_LABEL = 40 }; /* that a sentence may name twice */

/* -- who waits for whom -- */

static const json_t *wait_of(const json_t *task) {
    return json_object_get(task, "wait");
}

static const json_t *holder_of(const json_t *task) {
    return json_array_get(json_object_get(wait_of(task), "held_by"), 0);
}

static const json_t *first_object(const json_t *task) {
    return json_array_get(json_object_get(wait_of(task), "objects"), 0);
}

static const char *object_of(const json_t *task) {
    const json_t *object = first_object(task);
    return object == NULL ? "it" : lock_label_short(object);
}

static bool is_of_core(const json_t *task) {
    return wait_of(task) != NULL && json_object_get(task, "behind") == NULL;
}

static const json_t *labelled(const json_t *tasks, const char *label) {
    size_t i;
    json_t *task;
    json_array_foreach(tasks, i, task) {
        if (field_is(task, "label", label)) {
            return task;
        }
    }
    return NULL;
}

/* The next one on the way from who waits to who holds; NULL: that ends here. */
static const json_t *next_of(const json_t *tasks, const json_t *task) {
    const json_t *by = holder_of(task);
    return by == NULL ? NULL : labelled(tasks, field_text(by, "label"));
}

/* Where the way from `task` ends; `task` itself: it is a circle. */
static const json_t *end_of_way(const json_t *tasks, const json_t *task) {
    const json_t *at = next_of(tasks, task);
    for (size_t i = 0; at != NULL && at != task && i < json_array_size(tasks); i++) {
        const json_t *next = next_of(tasks, at);
        if (next == NULL) {
            return at;
        }
        at = next;
    }
    return at;
}

/* The last one on the way from `task` before its end. */
static const json_t *before(const json_t *tasks, const json_t *task, const json_t *end) {
    const json_t *next;
    while ((next = next_of(tasks, task)) != end) {
        task = next;
    }
    return task;
}

/* -- words -- */

static bool is_cxx(const json_t *stack) {
    size_t i;
    json_t *frame;
    json_array_foreach(stack, i, frame) {
        if (strstr(field_text(frame, "function"), "std::") != NULL) {
            return true;
        }
    }
    return false;
}

/* "" for one that has a like: to such an address gives the order, not the name. */
static const char *own_label(const json_t *lock) {
    return json_object_get(lock, "short") != NULL ? "" : field_text(lock, "label");
}

/* How locks a and b are to be taken, or several ("" each). */
static char *one_order(const char *a, const char *b, bool cxx) {
    bool both =
        *a != '\0' && strcmp(a, b) != 0 && strlen(a) <= LONGEST_LABEL && strlen(b) <= LONGEST_LABEL;
    char *locks = both ? str_format("%s and %s", a, b) : str_copy("these locks");
    char *hint = str_format("take %s in one order everywhere%s%s; where that cannot be, only try "
                            "the second one (trylock), and let the first one go if it is taken.",
                            locks, both ? "" : ", by address for instance",
                            cxx ? ", or all at once with std::scoped_lock" : "");
    free(locks);
    return hint;
}

/* -- by what is waited in -- */

static const char to_channel[] =
    "receive all that is sent, make the channel with room for it, or send in a select "
    "that has a case for the end, such as a cancelled context.";
static const char from_channel[] =
    "close the channel where the last send is over, or receive in a select that has a "
    "case for the end, such as a cancelled context.";
static const char from_unused[] = /* nobody has sent yet: it may be the done channel of a context */
    "close the channel where the last send is over (that of a context is closed by its end: "
    "rdl_ctx_free), or receive in a select that has a case for the end, such as a cancelled "
    "context.";
static const char signal_it[] =
    "signal wherever what it waits for changes, on error paths and at the end, too; change that "
    "under the same mutex, and wait in a loop that looks first: a signal from before the wait "
    "does not count.";
static const char post[] = "post (release) it on every way out of who took it, errors too: each "
                           "wait needs one of its own.";
static const char meet[] =
    "as many tasks must come to it as it was made for: compare that number with those that get "
    "there, on their error paths, too.";
static const char unlock[] =
    "let the lock go on every way out of who takes it, early returns and errors too.";

static const struct {
    enum ev_wait_kind kind;
    const char *hint;
} by_kind[] = {
    {EV_WAIT_CHAN_SEND, to_channel},
    {EV_WAIT_CHAN_RECEIVE, from_channel},
    {EV_WAIT_CHAN_SEND_NIL,
     "make the channel (rdl_chan_make) before it is used: nobody can serve NULL."},
    {EV_WAIT_CHAN_RECEIVE_NIL,
     "make the channel (rdl_chan_make) before it is used: nobody can serve NULL."},
    {EV_WAIT_SELECT, "close a channel of it where the last send is over, or give it a case for the "
                     "end: a cancelled "
                     "context, a timer, a default."},
    {EV_WAIT_SELECT_NIL,
     "make one of its channels (rdl_chan_make) before it is used, or give it a case for the end: "
     "nobody can serve NULL."},
    {EV_WAIT_SELECT_NO_CASES,
     "without cases it waits for ever: give it one that ends it, or let the task return."},
    {EV_WAIT_WAITGROUP,
     "each task that it counts must be done on every way out, best by RDL_DEFER_DONE at its "
     "beginning, and no more may be added than are started."},
    {EV_WAIT_COND, signal_it},
    {EV_WAIT_PTHREAD_COND, signal_it},
    {EV_WAIT_PTHREAD_COND_DESTROY,
     "wake all who wait at the condition variable (pthread_cond_broadcast), and join them, before "
     "it is destroyed."},
    {EV_WAIT_SEMAPHORE, post},
    {EV_WAIT_PTHREAD_SEMAPHORE, post},
    {EV_WAIT_PTHREAD_BARRIER, meet},
    {EV_WAIT_PTHREAD_JOIN,
     "do not join a task that waits for this one: who needs nobody is to end first."},
    {EV_WAIT_MUTEX, unlock},
    {EV_WAIT_RWMUTEX_READ, unlock},
    {EV_WAIT_RWMUTEX_WRITE, unlock},
    {EV_WAIT_PTHREAD_MUTEX, unlock},
    {EV_WAIT_PTHREAD_COND_MUTEX, unlock},
    {EV_WAIT_PTHREAD_RWLOCK_READ, unlock},
    {EV_WAIT_PTHREAD_RWLOCK_WRITE, unlock},
    {EV_WAIT_PTHREAD_SPIN, unlock},
};

/* All of them are a futex to the system. */
static const struct {
    const char *scope, *hint;
} by_class[] = {
    {"std::future::",
     "give the promise its value, or set_exception, on every way out of who keeps it."},
    {"std::shared_future::",
     "give the promise its value, or set_exception, on every way out of who keeps it."},
    {"std::latch::", "count it down as often as it was made for, on error paths, too."},
    {"std::barrier::", meet},
    {"std::counting_semaphore::", post},
    {"std::atomic::",
     "store another value and then notify: who waits does not look again by itself."},
    {"std::atomic_flag::",
     "change the flag and then notify: who waits does not look again by itself."},
};

/* NULL: none is known. */
static const char *hint_by_wait(const json_t *wait) {
    const char *called = json_string_value(json_object_get(wait, "called"));
    for (size_t i = 0; called != NULL && i < sizeof by_class / sizeof by_class[0]; i++) {
        if (strncmp(called, by_class[i].scope, strlen(by_class[i].scope)) == 0) {
            return by_class[i].hint;
        }
    }
    const json_t *number = json_object_get(wait, "kind_number");
    if (number != NULL && json_integer_value(number) == EV_WAIT_CHAN_RECEIVE &&
        json_object_get(wait, "last") == NULL) {
        return from_unused;
    }
    for (size_t i = 0; number != NULL && i < sizeof by_kind / sizeof by_kind[0]; i++) {
        if (json_integer_value(number) == (json_int_t)by_kind[i].kind) {
            return by_kind[i].hint;
        }
    }
    return NULL;
}

/* -- deadlocks: each a new string, or NULL -- */

/* Does it wait for a lock that it holds itself? */
static bool is_own(const json_t *tasks, const json_t *task) {
    const json_t *by = holder_of(task);
    return by != NULL && next_of(tasks, task) == task && !field_is_set(by, "runs");
}

/* One that waits in a handler of a signal, as was told. */
static char *of_told_handler(const json_t *tasks, const json_t *task) {
    return !is_own(tasks, task)
               ? NULL
               : str_format("do not take %s in a signal handler, which may interrupt who holds it: "
                            "let the handler only set a flag, or write to a pipe, and do the work "
                            "outside of it; or block the signal (pthread_sigmask) wherever the "
                            "lock is held.",
                            object_of(task));
}

/* The observer's own handler calls the program's: arrived() of instrument/signals.c. Not every stack has its frame. */
static bool is_in_handler(const json_t *stack) {
    size_t i;
    json_t *frame;
    json_array_foreach(stack, i, frame) {
        if (field_is(frame, "function", "arrived") && module_is_ours(field_text(frame, "module"))) {
            return true;
        }
    }
    return false;
}

static char *of_seen_handler(const json_t *tasks, const json_t *task) {
    bool seen = is_in_handler(json_object_get(wait_of(task), "stack")) &&
                !is_in_handler(json_object_get(holder_of(task), "taken"));
    return seen ? of_told_handler(tasks, task) : NULL;
}

/* A share cannot become the whole: whoever wants that waits for all readers, himself as well [RW-04]. */
static char *of_upgrade(const json_t *tasks, const json_t *task) {
    (void)tasks;
    return holders_own_share(task) == NULL
               ? NULL
               : str_format(
                     "let %s let go of %s before it takes it for writing, for a writer waits "
                     "for every reader, itself too, and then look again: others may have "
                     "written meanwhile; or let it take the lock for writing from the start.",
                     field_text(task, "label"), object_of(task));
}

/* Who took it is gone, or back at the same place: an unlock was left out, most likely. */
static char *of_way_out(const json_t *task, const json_t *by) {
    const json_t *taken = json_object_get(by, "taken");
    char *place = piece_frame_place(piece_user_frame(taken));
    char *hint =
        str_format("let %s unlock %s on every way out of %s, which took it at %s, early "
                   "returns and errors too; if that is to return with the lock held, do "
                   "not take it again meanwhile.",
                   field_text(task, "label"), object_of(task), piece_user_function(taken), place);
    free(place);
    return hint;
}

static char *of_itself(const json_t *tasks, const json_t *task) {
    const json_t *by = holder_of(task);
    if (by == NULL || next_of(tasks, task) != task) {
        return NULL;
    }
    if (field_is_set(by, "runs")) {
        return str_copy("take the use of what is being made out of the code that makes it.");
    }
    if (stacks_has_returned(json_object_get(by, "taken"),
                            json_object_get(wait_of(task), "stack"))) {
        return of_way_out(task, by);
    }
    bool posix = strncmp(field_text(wait_of(task), "kind"), "pthread_mutex", 13) == 0;
    return str_format("do not take %s again while it is held: move what needs it into a function "
                      "that is called with the lock held%s.",
                      object_of(task),
                      posix ? ", or, if no signal handler takes it, make the mutex a recursive one"
                            : "");
}

static char *of_ended_holder(const json_t *tasks, const json_t *task) {
    const json_t *by = holder_of(task);
    (void)tasks;
    return by == NULL || !field_is_set(by, "ended")
               ? NULL
               : str_format("let %s unlock it on every way out, early returns and errors too: a "
                            "task that ends keeps its locks.",
                            field_text(by, "label"));
}

static char *of_holder_in_parent(const json_t *tasks, const json_t *task) {
    const json_t *by = holder_of(task);
    (void)tasks;
    return by == NULL || !field_is_set(by, "in_parent")
               ? NULL
               : str_format("take %s in a handler of pthread_atfork that runs before the fork, and "
                            "unlock it in both that run after it; or call nothing but exec in the "
                            "child: none of the parent's other threads is there to unlock what it "
                            "holds.",
                            object_of(task));
}

/* One of the circle waits for code that runs once. */
static char *of_once(const json_t *tasks, const json_t *task) {
    const json_t *by = holder_of(task);
    return by == NULL || !field_is_set(by, "runs") || end_of_way(tasks, task) != task
               ? NULL
               : str_copy("let go what is held before asking for what is made only once, or do "
                          "without that lock in the code that makes it.");
}

static char *of_circle(const json_t *tasks, const json_t *task) {
    if (holder_of(task) == NULL || end_of_way(tasks, task) != task) {
        return NULL;
    }
    const json_t *next = next_of(tasks, task);
    bool two = next_of(tasks, next) == task;
    return one_order(two ? own_label(first_object(task)) : "",
                     two ? own_label(first_object(next)) : "",
                     is_cxx(json_object_get(wait_of(task), "stack")));
}

/* One who holds what others want waits for something else; or he runs what they want to be made. */
static char *of_wait_within(const json_t *tasks, const json_t *task) {
    const json_t *end = holder_of(task) == NULL ? NULL : end_of_way(tasks, task);
    if (end == NULL || end == task || !is_of_core(end) || holder_of(end) != NULL) {
        return NULL;
    }
    const json_t *frame = piece_user_frame(json_object_get(wait_of(end), "stack"));
    char *place = piece_frame_place(frame);
    const json_t *last = before(tasks, task, end);
    char *hint = field_is_set(holder_of(last), "runs")
                     ? str_format("take the wait of %s at %s out of the code that %s runs: who "
                                  "should end that wait may need what that code makes.",
                                  field_text(end, "label"), place, object_of(last))
                     : str_format("let %s unlock what it holds before it waits at %s: who should "
                                  "end that wait may need the lock.",
                                  field_text(end, "label"), place);
    free(place);
    return hint;
}

/* Who waits for what is held meanwhile may be who would end the wait: only a guess, so that what is said of such a wait
 * alone is said as well. */
static char *of_kept_out(const json_t *tasks, const json_t *task) {
    const json_t *how, *other = holders_kept_out(tasks, task, &how);
    if (other == NULL) {
        return NULL;
    }
    const char *label = field_text(task, "label"), *held = object_of(other);
    const char *waits = field_text(other, "label"), *besides = hint_by_wait(wait_of(task));
    char *place = piece_frame_place(piece_user_frame(json_object_get(wait_of(task), "stack")));
    char *first = field_is_set(how, "runs")
                      ? str_format("take the wait of %s at %s out of the code that %s runs", label,
                                   place, held)
                      : str_format("let %s unlock %s before it waits at %s", label, held, place);
    char *hint =
        str_format("%s: %s, which may be who should end that wait, waits for %s.%s%s", first, waits,
                   field_is_set(how, "runs") ? "what that code makes" : "the lock",
                   besides == NULL ? "" : " If that is another: ", besides == NULL ? "" : besides);
    free(first);
    free(place);
    return hint;
}

static char *of_copy(const json_t *tasks, const json_t *task) {
    (void)tasks;
    return !piece_says_own(task)
               ? NULL
               : str_copy("nobody was seen to lock it, so its bytes may have been copied from a "
                          "mutex that was locked, or never made: pass a mutex on by pointer, and "
                          "initialise each one.");
}

static char *of_its_wait(const json_t *tasks, const json_t *task) {
    const char *hint = holder_of(task) != NULL ? NULL : hint_by_wait(wait_of(task));
    (void)tasks;
    return hint == NULL ? NULL : str_copy(hint);
}

/* Takes `hint`. */
static char *sentence(char *hint) {
    char *whole = hint == NULL ? NULL : str_format("To mend it: %s", hint);
    free(hint);
    return whole;
}

typedef char *pattern(const json_t *tasks, const json_t *task);

char *hint_deadlock(const json_t *finding, bool in_handler) {
    pattern *const patterns[] = {in_handler ? of_told_handler : of_seen_handler,
                                 of_upgrade,
                                 of_itself,
                                 of_ended_holder,
                                 of_holder_in_parent,
                                 of_once,
                                 of_circle,
                                 of_wait_within,
                                 of_kept_out,
                                 of_copy,
                                 of_its_wait};
    const json_t *tasks = json_object_get(finding, "tasks");
    char *hint = NULL;
    for (size_t k = 0; hint == NULL && k < sizeof patterns / sizeof patterns[0]; k++) {
        size_t i;
        json_t *task;
        json_array_foreach(tasks, i, task) {
            hint = hint == NULL && is_of_core(task) ? patterns[k](tasks, task) : hint;
        }
    }
    return sentence(hint);
}

/* -- leaks, and orders of locks -- */

char *hint_leak(const json_t *finding, const json_t *tasks) {
    static pattern *const patterns[] = {of_upgrade, of_itself, of_ended_holder, of_holder_in_parent,
                                        of_once,    of_circle, of_wait_within,  of_kept_out};
    const json_t *task = json_array_get(tasks, 0);
    if (!field_is(finding, "severity", "error")) {
        return NULL; /* it may well be meant so */
    }
    if (field_is(task, "state", "finished")) {
        return sentence(str_copy("join the thread, or detach it where it is made."));
    }
    char *hint = NULL;
    for (size_t k = 0; hint == NULL && k < sizeof patterns / sizeof patterns[0]; k++) {
        hint = patterns[k](tasks, task);
    }
    const char *else_by = hint_by_wait(wait_of(task));
    return sentence(hint == NULL && else_by != NULL ? str_copy(else_by) : hint);
}

char *hint_order(const json_t *finding) {
    const json_t *cycle = json_object_get(finding, "cycle");
    const json_t *first = json_array_get(cycle, 0), *last = json_array_get(cycle, 1);
    const json_t *holds = json_object_get(first, "holds"), *takes = json_object_get(last, "takes");
    bool cxx = is_cxx(json_object_get(takes, "taken"));
    if (holds == NULL &&
        json_array_size(cycle) == 2) { /* a lock for reading, twice, and one who writes */
        return sentence(str_format("do not take %s again while it is held: move what needs it into "
                                   "a function that is called with the lock held.",
                                   field_text(takes, "label")));
    }
    bool two = holds != NULL && json_array_size(cycle) == 2;
    return sentence(one_order(two ? own_label(holds) : "",
                              two ? own_label(json_object_get(first, "takes")) : "", cxx));
}
