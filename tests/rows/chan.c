/* Rule    rows.chan  [Go race tests chan_test]
 * Expect  rows
 * Why     what a channel orders, and what it is to use one while another task closes or replaces it.
 */
#include "rows.h"

/* x is written by the sender and by main; how they meet is what the rows differ in. */
#define CHANNEL(row, name, capacity, in_task, in_main)                                             \
    rdl_chan *name;                                                                                \
    int name##_x, name##_y;                                                                        \
    PART(row##_task) {                                                                             \
        in_task;                                                                                   \
        mark(1);                                                                                   \
    }                                                                                              \
    ROW(row) {                                                                                     \
        name = RDL_CHAN(int, capacity);                                                            \
        task(row##_task, NULL);                                                                    \
        in_main;                                                                                   \
        await(1);                                                                                  \
    }
static const int one = 1;

/* A close and a receive of it, by each form of receiving. */
static void recv_all(rdl_chan *c) {
    int got = 0;
    RDL_RANGE(c, got) {
        USE(got);
    }
}
static void recv_two(rdl_chan *c) {
    int got;
    bool ok = rdl_recv(c, &got);
    USE(ok);
}
// clang-format off
CHANNEL(NoRaceChanSync, sync, 0, sync_x = 1; rdl_send(sync, &one), rdl_recv(sync, NULL); sync_x = 2)
CHANNEL(NoRaceChanSyncRev, sync_rev, 0, rdl_send(sync_rev, &one); sync_rev_x = 2, sync_rev_x = 1; rdl_recv(sync_rev, NULL))
CHANNEL(NoRaceChanAsync, async, 10, async_x = 1; rdl_send(async, &one), rdl_recv(async, NULL); async_x = 2)
CHANNEL(RaceChanAsyncRev, async_rev, 10, rdl_send(async_rev, &one); async_rev_x = 2, await(1); async_rev_x = 1; rdl_recv(async_rev, NULL))
CHANNEL(NoRaceChanAsyncCloseRecv, acr, 10, acr_x = 1; rdl_close(acr), rdl_recv(acr, NULL); acr_x = 2)
CHANNEL(NoRaceChanAsyncCloseRecv2, acr2, 10, acr2_x = 1; rdl_close(acr2), recv_two(acr2); acr2_x = 2)
CHANNEL(NoRaceChanAsyncCloseRecv3, acr3, 10, acr3_x = 1; rdl_close(acr3), recv_all(acr3); acr3_x = 2)
CHANNEL(NoRaceChanSyncCloseRecv, scr, 0, scr_x = 1; rdl_close(scr), rdl_recv(scr, NULL); scr_x = 2)
CHANNEL(NoRaceChanSyncCloseRecv2, scr2, 0, scr2_x = 1; rdl_close(scr2), recv_two(scr2); scr2_x = 2)
CHANNEL(NoRaceChanSyncCloseRecv3, scr3, 0, scr3_x = 1; rdl_close(scr3), recv_all(scr3); scr3_x = 2)
CHANNEL(RaceChanSendLen, send_len, 1, send_len_x = 1; rdl_send(send_len, &one), while (rdl_chan_len(send_len) == 0) rdl_yield(); send_len_x = 2)
CHANNEL(NoRaceChanCloseLen, close_len, 1, rdl_close(close_len), USE(rdl_chan_len(close_len)))
CHANNEL(NoRaceChanCloseCap, close_cap, 1, rdl_close(close_cap), USE(rdl_chan_cap(close_cap)))
CHANNEL(RaceChanCloseSend, close_send, 10, rdl_send(close_send, &one), await(1); rdl_close(close_send))
CHANNEL(RaceChanSendClose, send_close, 1, rdl_send(send_close, &one), await(1); rdl_close(send_close))
// clang-format on

rdl_chan *recv_len;
int recv_len_x;
PART(RaceChanRecvLen_task) {
    recv_len_x = 1;
    rdl_recv(recv_len, NULL);
    mark(1);
}
ROW(RaceChanRecvLen) {
    recv_len = RDL_CHAN(int, 1);
    rdl_send(recv_len, &one);
    task(RaceChanRecvLen_task, NULL);
    while (rdl_chan_len(recv_len) != 0) {
        rdl_yield();
    }
    recv_len_x = 2;
    await(1);
}

/* -- sends that panic -- */

/* What runs inside rdl_try, in a function of the row: the frame that called rdl_try is not shown. */
PART(RaceChanSyncCloseSend_send) {
    rdl_send(unused, &one);
}
PART(RaceChanAsyncCloseSend_send) {
    rdl_send(unused, &one);
}
static void close_one(void *c) {
    rdl_close(c);
}
PART(RaceChanSendSelectClose_send) {
    rdl_chan *c = unused;
    rdl_case cases[] = {RDL_CASE_SEND(c, &one), RDL_CASE_RECV(NULL, NULL)};
    rdl_select(cases, 2);
}
rdl_chan *sync_close_send, *async_close_send, *close_close, *send_select_close;
int sync_close_send_x, async_close_send_x, close_close_x[2];
PART(RaceChanSyncCloseSend_task) {
    rdl_try(RaceChanSyncCloseSend_send, sync_close_send, NULL);
    sync_close_send_x = 2;
    mark(1);
}
ROW(RaceChanSyncCloseSend) {
    sync_close_send = RDL_CHAN(int, 0);
    task(RaceChanSyncCloseSend_task, NULL);
    sync_close_send_x = 1;
    rdl_close(sync_close_send);
    await(1);
}
PART(RaceChanAsyncCloseSend_task) {
    while (rdl_try(RaceChanAsyncCloseSend_send, async_close_send, NULL)) {
        rdl_yield();
    }
    async_close_send_x = 2;
    mark(1);
}
ROW(RaceChanAsyncCloseSend) {
    async_close_send = RDL_CHAN(int, 10);
    task(RaceChanAsyncCloseSend_task, NULL);
    async_close_send_x = 1;
    rdl_close(async_close_send);
    await(1);
}
static __attribute__((noinline)) void RaceChanCloseClose_side(int own) {
    close_close_x[own] = 1;
    if (!rdl_try(close_one, close_close, NULL)) {
        close_close_x[1 - own] = 2;
    }
    mark(1);
}
PART(RaceChanCloseClose_other) {
    RaceChanCloseClose_side(1);
}
ROW(RaceChanCloseClose) {
    close_close = RDL_CHAN(int, 0);
    task(RaceChanCloseClose_other, NULL);
    RaceChanCloseClose_side(0);
    await_times(1, 2);
}
PART(RaceChanSendSelectClose_task) {
    rdl_try(RaceChanSendSelectClose_send, send_select_close, NULL);
    mark(2);
}
ROW(RaceChanSendSelectClose) {
    send_select_close = RDL_CHAN(int, 1);
    task(RaceChanSendSelectClose_task, NULL);
    rdl_close(send_select_close);
    await(2);
}

/* -- who sent it is not who is asked -- */

rdl_chan *send_send, *wrong_send, *wrong_close;
int send_send_x[2], wrong_send_x[2], wrong_close_x[2];
static __attribute__((noinline)) void RaceChanSendSend_side(int own) {
    send_send_x[own] = 1;
    if (!rdl_try_send(send_send, &one)) {
        send_send_x[1 - own] = 2;
    }
    mark(1);
}
PART(RaceChanSendSend_other) {
    RaceChanSendSend_side(1);
}
ROW(RaceChanSendSend) {
    send_send = RDL_CHAN(int, 1);
    task(RaceChanSendSend_other, NULL);
    RaceChanSendSend_side(0);
    await_times(1, 2);
}
PART(RaceChanWrongSend_a) {
    wrong_send_x[0] = 1;
    rdl_send(wrong_send, (int[]){0});
    mark(1);
}
PART(RaceChanWrongSend_b) {
    wrong_send_x[1] = 1;
    rdl_send(wrong_send, (int[]){1});
    mark(1);
}
ROW(RaceChanWrongSend) {
    wrong_send = RDL_CHAN(int, 2);
    task(RaceChanWrongSend_a, NULL);
    task(RaceChanWrongSend_b, NULL);
    await_times(1, 2);
    wrong_send_x[1 - RDL_RECV_VALUE(wrong_send, int)] = 2;
}
PART(RaceChanWrongClose_sender) {
    wrong_close_x[0] = 1;
    rdl_send(wrong_close, &one);
    mark(1);
}
PART(RaceChanWrongClose_closer) {
    await(1);
    wrong_close_x[1] = 1;
    rdl_close(wrong_close);
    mark(2);
}
ROW(RaceChanWrongClose) {
    wrong_close = RDL_CHAN(int, 1);
    task(RaceChanWrongClose_sender, NULL);
    task(RaceChanWrongClose_closer, NULL);
    await(2);
    wrong_close_x[rdl_recv(wrong_close, NULL) ? 1 : 0] = 2;
}

/* -- pointers -- */

struct message {
    int n;
};
rdl_chan *pointers;
PART(NoRaceChanPtr_task) {
    static struct message message;
    message.n = 1;
    rdl_send(pointers, (struct message *[]){&message});
    mark(1);
}
ROW(NoRaceChanPtr) {
    pointers = RDL_CHAN(struct message *, 0);
    task(NoRaceChanPtr_task, NULL);
    RDL_RECV_VALUE(pointers, struct message *)->n = 2;
    await(1);
}
struct job {
    int (*work)(void);
    rdl_chan *done;
    int result;
};
static int answer(void) {
    return 42;
}
PART(NoRaceProducerConsumerUnbuffered_worker) {
    struct job *job = RDL_RECV_VALUE(pointers, struct job *);
    job->result = job->work();
    rdl_send(job->done, NULL);
    mark(1);
}
ROW(NoRaceProducerConsumerUnbuffered) {
    struct job job = {answer, rdl_chan_make(0, 0), 0};
    pointers = RDL_CHAN(struct job *, 0);
    task(NoRaceProducerConsumerUnbuffered_worker, NULL);
    rdl_send(pointers, (struct job *[]){&job});
    rdl_recv(job.done, NULL);
    USE(job.result);
    await(1);
}

/* -- operands -- */

int rw_async_x, rw_sync_x, no_rw_async_x;
rdl_chan *operands, *operands2;
PART(RaceChanReadWriteAsync_task) {
    rdl_send(operands, &rw_async_x);
    mark(1);
}
ROW(RaceChanReadWriteAsync) {
    operands = RDL_CHAN(int, 1);
    operands2 = RDL_CHAN(int, 1);
    rdl_send(operands2, &one);
    task(RaceChanReadWriteAsync_task, NULL);
    await(1);
    rdl_recv(operands2, &rw_async_x);
}
PART(RaceChanReadWriteSync_task) {
    rdl_send(operands, &rw_sync_x);
    mark(1);
}
PART(RaceChanReadWriteSync_receiver) {
    rdl_recv(operands, NULL);
}
PART(RaceChanReadWriteSync_sender) {
    rdl_send(operands2, &one);
}
ROW(RaceChanReadWriteSync) {
    operands = RDL_CHAN(int, 0);
    operands2 = RDL_CHAN(int, 0);
    task(RaceChanReadWriteSync_receiver, NULL);
    task(RaceChanReadWriteSync_sender, NULL);
    task(RaceChanReadWriteSync_task, NULL);
    await(1);
    rdl_recv(operands2, &rw_sync_x);
}
PART(NoRaceChanReadWriteAsync_task) {
    rdl_send(operands, &no_rw_async_x);
    mark(1);
}
ROW(NoRaceChanReadWriteAsync) {
    operands = RDL_CHAN(int, 10);
    task(NoRaceChanReadWriteAsync_task, NULL);
    rdl_recv(operands, &no_rw_async_x);
    await(1);
}
int select_async_x, select_sync_x, no_select_async_x;
static void select_send(rdl_chan *c, const int *from) {
    rdl_case cases[] = {RDL_CASE_SEND(c, from), RDL_CASE_RECV(NULL, NULL)};
    rdl_select(cases, 2);
}
static void select_recv(rdl_chan *c, int *to) {
    rdl_case cases[] = {RDL_CASE_RECV(NULL, NULL), RDL_CASE_RECV(c, to)};
    rdl_select(cases, 2);
}
PART(RaceSelectReadWriteAsync_task) {
    select_send(operands, &select_async_x);
    mark(1);
}
ROW(RaceSelectReadWriteAsync) {
    operands = RDL_CHAN(int, 10);
    operands2 = RDL_CHAN(int, 10);
    rdl_send(operands2, &one);
    task(RaceSelectReadWriteAsync_task, NULL);
    await(1);
    select_recv(operands2, &select_async_x);
}
PART(RaceSelectReadWriteSync_task) {
    select_send(operands, &select_sync_x);
    mark(1);
}
PART(RaceSelectReadWriteSync_receiver) {
    rdl_recv(operands, NULL);
    mark(2);
}
PART(RaceSelectReadWriteSync_sender) {
    rdl_send(operands2, &one);
    mark(2);
}
ROW(RaceSelectReadWriteSync) {
    operands = RDL_CHAN(int, 0);
    operands2 = RDL_CHAN(int, 0);
    task(RaceSelectReadWriteSync_receiver, NULL);
    task(RaceSelectReadWriteSync_sender, NULL);
    task(RaceSelectReadWriteSync_task, NULL);
    await(1);
    select_recv(operands2, &select_sync_x);
    await_times(2, 2);
}
PART(NoRaceSelectReadWriteAsync_task) {
    select_send(operands, &no_select_async_x);
    mark(1);
}
ROW(NoRaceSelectReadWriteAsync) {
    operands = RDL_CHAN(int, 10);
    task(NoRaceSelectReadWriteAsync_task, NULL);
    select_recv(operands, &no_select_async_x);
    await(1);
}

/* -- the variable that holds the channel -- */

#define ITSELF(row, name, use, assigned)                                                           \
    rdl_chan *name;                                                                                \
    PART(row##_task) {                                                                             \
        use;                                                                                       \
        mark(1);                                                                                   \
    }                                                                                              \
    ROW(row) {                                                                                     \
        name = RDL_CHAN(int, 1);                                                                   \
        rdl_chan *next = RDL_CHAN(int, 1);                                                         \
        rdl_send(next, &one);                                                                      \
        task(row##_task, NULL);                                                                    \
        await(1);                                                                                  \
        name = assigned;                                                                           \
    }
// clang-format off
ITSELF(RaceChanItselfSend, itself_send, rdl_send(itself_send, &one), next)
ITSELF(RaceChanItselfRecv, itself_recv, rdl_try_recv(itself_recv, NULL, NULL), next)
ITSELF(RaceChanItselfNil, itself_nil, rdl_send(itself_nil, &one), NULL)
ITSELF(RaceChanItselfClose, itself_close, rdl_close(itself_close), next)
ITSELF(RaceChanItselfLen, itself_len, USE(rdl_chan_len(itself_len)), next)
ITSELF(RaceChanItselfCap, itself_cap, USE(rdl_chan_cap(itself_cap)), next)
// clang-format on

/* -- channels as locks -- */

rdl_chan *lock;
int guarded;
#define AS_LOCK(row, element, capacity, take_it, release)                                          \
    PART(row##_task) {                                                                             \
        take_it;                                                                                   \
        guarded++;                                                                                 \
        release;                                                                                   \
        mark(1);                                                                                   \
    }                                                                                              \
    ROW(row) {                                                                                     \
        lock = rdl_chan_make(element, capacity);                                                   \
        task(row##_task, NULL);                                                                    \
        row##_task(NULL);                                                                          \
        await_times(1, 2);                                                                         \
    }
// clang-format off
AS_LOCK(NoRaceChanMutex, 0, 1, rdl_send(lock, NULL), rdl_recv(lock, NULL))
AS_LOCK(NoRaceSelectMutex, sizeof(int), 1, select_send(lock, &one), int got; select_recv(lock, &got))
AS_LOCK(RaceChanSem, 0, 2, rdl_send(lock, NULL), rdl_recv(lock, NULL))
// clang-format on

enum { WORKERS = 10 };
int done_by[WORKERS];
PART(NoRaceChanWaitGroup_worker) {
    *(int *)unused = 1;
    rdl_recv(lock, NULL);
}
ROW(NoRaceChanWaitGroup) {
    lock = rdl_chan_make(0, 2);
    for (int i = 0; i < WORKERS; i++) {
        rdl_send(lock, NULL);
        task(NoRaceChanWaitGroup_worker, &done_by[i]);
    }
    for (int i = 0; i < 2; i++) {
        rdl_send(lock, NULL);
    }
    for (int i = 0; i < WORKERS; i++) {
        USE(done_by[i]);
    }
}

/* -- a sender that is parked -- */

int blocked_values[2], blocked_select_values[2];
PART(NoRaceBlockedSendSync_sender) {
    blocked_values[0] = 1;
    rdl_send(pointers, (int *[]){&blocked_values[0]});
    blocked_values[1] = 1;
    rdl_send(pointers, (int *[]){&blocked_values[1]});
    mark(1);
}
ROW(NoRaceBlockedSendSync) {
    pointers = RDL_CHAN(int *, 1);
    task(NoRaceBlockedSendSync_sender, NULL);
    USE(*RDL_RECV_VALUE(pointers, int *));
    USE(*RDL_RECV_VALUE(pointers, int *));
    await(1);
}
PART(NoRaceBlockedSelectSendSync_sender) {
    for (int i = 0; i < 2; i++) {
        int *p = &blocked_select_values[i];
        *p = 1;
        rdl_case cases[] = {RDL_CASE_SEND(pointers, &p), RDL_CASE_RECV(NULL, NULL)};
        rdl_select(cases, 2);
    }
    mark(1);
}
ROW(NoRaceBlockedSelectSendSync) {
    pointers = RDL_CHAN(int *, 1);
    task(NoRaceBlockedSelectSendSync_sender, NULL);
    for (int i = 0; i < 2; i++) {
        int *p = NULL;
        rdl_case cases[] = {RDL_CASE_RECV(pointers, &p)};
        rdl_select(cases, 1);
        USE(*p);
    }
    await(1);
}

rdl_chan *closed_rounds;
int closed_value;
PART(NoRaceCloseHappensBeforeRead_task) {
    closed_value = 1;
    rdl_close(closed_rounds);
    mark(1);
}
ROW(NoRaceCloseHappensBeforeRead) {
    for (int i = 0; i < 100; i++) {
        closed_value = 0;
        closed_rounds = RDL_CHAN(int, 0);
        task(NoRaceCloseHappensBeforeRead_task, NULL);
        rdl_case cases[] = {RDL_CASE_RECV(closed_rounds, NULL), RDL_CASE_DEFAULT};
        if (rdl_select(cases, 2) == 0) {
            USE(closed_value);
        }
        await_times(1, i + 1);
        rdl_recv(closed_rounds, NULL);
    }
}
rdl_chan *no_bytes;
int no_bytes_x[2];
PART(NoRaceElemetSize0_a) {
    no_bytes_x[0] = 1;
    rdl_recv(no_bytes, NULL);
}
PART(NoRaceElemetSize0_b) {
    no_bytes_x[1] = 1;
    rdl_recv(no_bytes, NULL);
}
ROW(NoRaceElemetSize0) {
    no_bytes = rdl_chan_make(0, 2);
    rdl_send(no_bytes, NULL);
    rdl_send(no_bytes, NULL);
    task(NoRaceElemetSize0_a, NULL);
    task(NoRaceElemetSize0_b, NULL);
    rdl_send(no_bytes, NULL);
    rdl_send(no_bytes, NULL);
    no_bytes_x[0] = 2;
    no_bytes_x[1] = 2;
}
