/* barrier.c - POSIX barriers: every arrival of a round before every departure of it [HB-PT-05].
 *
 * Rounds   Who leaves a round late, when others have arrived for the next one, must not learn what they did since.
 *          So rounds take turns at two keys, b and b + 1. Which one it is says glibc's count of arrivals, `in`, read
 *          before the real one. It is true as long as no more than `count` are inside, which is from before that
 *          reading until they have received:
 *            read too early   X reads round k, and `count` others end it: with X that is one more than `count`
 *                             inside. The last to come in is one of those, or X.
 *            key of k + 2     nobody tells it before round k + 1 has ended. The `count` that end it are inside, and
 *                             so would be one who has not left k: one more than `count`.
 *          Who comes in and is one more notes it for good (`apart`), before it reads and arrives. Those who leave a
 *          round that it, or anybody after it, takes part in see that. Then who arrives tells both keys and who leaves
 *          receives both: so, too, of those who read too early and those they meet.
 * Unseen   An arrival that does not come through us, of a library that has looked up the real function, is in `in`
 *          but not in `seen`, which is raised first. So who leaves, and finds that there are more in than were
 *          seen, notes it likewise. (An unseen arrival may be covered by one that is seen and still to come; but
 *          beside those of a round, who have not left yet, that one is one more than `count` inside.)
 *          Nor can rounds be told apart of a barrier that other processes share, or that was not made through us.
 * Error    An edge too many, of barriers that are noted: a miss. None too few.
 * End      Any of them may end the barrier once it has returned, and free it, when others have left the real wait
 *          but have not received yet: they would find nothing there.
 *
 *              A                               B
 *              publish, real wait              publish, real wait
 *              receive
 *              destroy, free, malloc
 *                                              receive: what A published is forgotten
 *
 *          So destroy waits for them, as the real one does for those inside. The wait has an end, for two cases
 *          in which the count never becomes 0: one of them does not come back (longjmp), or the barrier was not
 *          initialised through us (a library that is bound to the real function), so that the count began with
 *          whatever lay there. Either costs its destroy END_AT_MOST_NS, once, and nothing else.
 * Cost     Two atomic additions to a line that the real call writes, too.
 */
#include "instrument/barrier.h"

#include "instrument/front.h"
#include "instrument/misuse.h"
#include "instrument/real.h"
#include "instrument/sync_event.h"
#include "instrument/sys.h"

#include <time.h>

#define END_AT_MOST_NS ((int64_t)1000 * 1000 * 1000)
#define MOST_SEEN      (1u << 29) /* glibc counts to 2^30 at least before it begins again at 0 */

static struct barrier *insides_of(pthread_barrier_t *b) {
    return (struct barrier *)(void *)b;
}

/* -- rounds --------------------------------------------------------------------------------- */

enum round { ROUND_EVEN, ROUND_ODD, ROUND_EITHER };

static void mix(struct barrier *b) {
    __atomic_store_n(&b->apart, 0, __ATOMIC_RELEASE);
}

static bool are_apart(const struct barrier *b) {
    return __atomic_load_n(&b->apart, __ATOMIC_ACQUIRE) == BARRIER_APART;
}

static enum round come_in(struct barrier *b) {
    uint32_t inside = __atomic_add_fetch(&b->inside, 1, __ATOMIC_ACQ_REL);
    if (UNLIKELY(inside > b->count)) {
        mix(b);
    }
    __atomic_fetch_add(&b->seen, 1, __ATOMIC_ACQ_REL);
    uint32_t in = __atomic_load_n(&b->in, __ATOMIC_ACQUIRE);
    if (UNLIKELY(!are_apart(b))) {
        return ROUND_EITHER;
    }
    return in / b->count % 2 == 0 ? ROUND_EVEN : ROUND_ODD;
}

/* After the real call. `in` first: who arrives meanwhile is to be seen in `seen`. */
static enum round leave(struct barrier *b, enum round round) {
    uint32_t in = __atomic_load_n(&b->in, __ATOMIC_ACQUIRE);
    uint32_t seen = __atomic_load_n(&b->seen, __ATOMIC_ACQUIRE);
    if (UNLIKELY(in > seen || seen > MOST_SEEN)) {
        mix(b);
    }
    return LIKELY(are_apart(b)) ? round : ROUND_EITHER;
}

static const volatile void *key_of(const struct barrier *b, enum round round) {
    return (const volatile char *)b + (round == ROUND_ODD);
}

static void publish(const struct barrier *b, enum round round) {
    sync_publish_to(key_of(b, round));
    if (UNLIKELY(round == ROUND_EITHER)) {
        sync_publish_to(key_of(b, ROUND_ODD));
    }
}

static void receive(const struct barrier *b, enum round round) {
    sync_receive(key_of(b, round));
    if (UNLIKELY(round == ROUND_EITHER)) {
        sync_receive(key_of(b, ROUND_ODD));
    }
}

/* -- calls ---------------------------------------------------------------------------------- */

static void wait_until_received(const struct barrier *b) {
    int64_t until = sys_clock_ns(CLOCK_MONOTONIC) + END_AT_MOST_NS;
    while (__atomic_load_n(&b->inside, __ATOMIC_ACQUIRE) != 0 &&
           sys_clock_ns(CLOCK_MONOTONIC) < until) {
        sys_yield();
    }
}

INTERPOSE int pthread_barrier_init(pthread_barrier_t *b, const pthread_barrierattr_t *attributes,
                                   unsigned count) {
    if (UNLIKELY(count == 0)) {
        misuse_of_empty_barrier(b, CALLER_PC);
    }
    sync_new(EV_OBJECT_BARRIER, b, sizeof *b, CALLER_PC);
    int result = REAL_OF(pthread_barrier_init)(b, attributes, count);
    if (result == 0) { /* plain, as the object's other contents */
        struct barrier *made = insides_of(b);
        made->inside = made->seen = 0;
        made->apart = made->shared == 0 ? BARRIER_APART : 0;
    }
    return result;
}

INTERPOSE int pthread_barrier_destroy(pthread_barrier_t *b) {
    misuse_of_destroy(EV_OBJECT_BARRIER, b, CALLER_PC);
    wait_until_received(insides_of(b));
    sync_destroy(b, sizeof *b, CALLER_PC);
    return REAL_OF(pthread_barrier_destroy)(b);
}

INTERPOSE int pthread_barrier_wait(pthread_barrier_t *b) {
    misuse_using(DEED_WAIT, EV_OBJECT_BARRIER, b, CALLER_PC);
    enum round round = come_in(insides_of(b)); /* nobody ends it meanwhile */
    sync_touch(b, CALLER_PC);
    publish(insides_of(b), round);
    sync_wait(EV_WAIT_PTHREAD_BARRIER, b, NULL, CLOCK_MONOTONIC, NULL, CALLER_PC);
    int result = REAL_OF(pthread_barrier_wait)(b);
    det_serves((uintptr_t)b);
    sync_waited();
    receive(insides_of(b), leave(insides_of(b), round));
    __atomic_fetch_sub(&insides_of(b)->inside, 1, __ATOMIC_ACQ_REL); /* see wait_until_received */
    return result;
}
