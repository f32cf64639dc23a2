/* aio.c - requests whose end libc tells by a function on a thread of its own (SIGEV_THREAD).
 *
 * As with timers (timer.c): nobody's creation precedes that thread; what does is the request. libc keeps the request's
 * memory meanwhile, so that what it leads to can be reached.
 *
 * Zone  SYNC.
 */
#include "instrument/given.h"
#include "instrument/real.h"
#include "instrument/timer.h"

static void asks(const void *request, const struct sigevent *event) {
    given_word((uintptr_t)request);
    if (event != NULL && event->sigev_notify != SIGEV_NONE) {
        given_word((uintptr_t)event->sigev_value.sival_ptr);
        thread_of_libc_may_begin();
    }
}

#define REQUEST(name, type)                                                                        \
    INTERPOSE int name(struct type *request) {                                                     \
        asks(request, &request->aio_sigevent);                                                     \
        return REAL_OF(name)(request);                                                             \
    }
REQUEST(aio_read, aiocb)
REQUEST(aio_read64, aiocb64)
REQUEST(aio_write, aiocb)
REQUEST(aio_write64, aiocb64)

#define SYNC(name, type)                                                                           \
    INTERPOSE int name(int how, struct type *request) {                                            \
        asks(request, &request->aio_sigevent);                                                     \
        return REAL_OF(name)(how, request);                                                        \
    }
SYNC(aio_fsync, aiocb)
SYNC(aio_fsync64, aiocb64)

/* Each of the list may have its own function, besides that of the whole. */
#define REQUESTS(name, type)                                                                       \
    INTERPOSE int name(int mode, struct type *const request[], int n, struct sigevent *event) {    \
        for (int i = 0; i < n; i++) {                                                              \
            if (request[i] != NULL) {                                                              \
                asks(request[i], &request[i]->aio_sigevent);                                       \
            }                                                                                      \
        }                                                                                          \
        asks(event, event);                                                                        \
        return REAL_OF(name)(mode, request, n, event);                                             \
    }
REQUESTS(lio_listio, aiocb)
REQUESTS(lio_listio64, aiocb64)

INTERPOSE int getaddrinfo_a(int mode, struct gaicb *request[], int n, struct sigevent *event) {
    for (int i = 0; i < n; i++) {
        given_word((uintptr_t)request[i]);
    }
    asks(event, event);
    return REAL_OF(getaddrinfo_a)(mode, request, n, event);
}
