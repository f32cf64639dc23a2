/* Rule    rows.select  [HB-GR-05, Go race tests select_test, time_test, io_test; mop_test: library]
 * Expect  rows
 * Why     a select orders as the case that ran does; a timer by its arming; a pipe by its bytes.
 */
#include "rows.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const int one = 1;
#define RECV_OF(c, to) rdl_select((rdl_case[]){RDL_CASE_RECV(c, to), RDL_CASE_RECV(NULL, NULL)}, 2)
#define SEND_OF(c, from)                                                                           \
    rdl_select((rdl_case[]){RDL_CASE_SEND(c, from), RDL_CASE_RECV(NULL, NULL)}, 2)

#define SELECTS(row, name, capacity, in_task, in_main)                                             \
    rdl_chan *name;                                                                                \
    int name##_x;                                                                                  \
    PART(row##_task) {                                                                             \
        in_task;                                                                                   \
    }                                                                                              \
    ROW(row) {                                                                                     \
        name = RDL_CHAN(int, capacity);                                                            \
        task(row##_task, NULL);                                                                    \
        in_main;                                                                                   \
    }
int got_one, default_x;
// clang-format off
SELECTS(NoRaceSelect1, s1, 0, s1_x = 1; SEND_OF(s1, &one), RECV_OF(s1, &got_one); s1_x = 2)
SELECTS(NoRaceSelect2, s2, 0, s2_x = 1; rdl_close(s2), RECV_OF(s2, &got_one); s2_x = 2)
SELECTS(NoRaceSelect3, s3, 10, s3_x = 1; SEND_OF(s3, &one), rdl_recv(s3, &got_one); s3_x = 2)
SELECTS(RaceSelect2, r2, 0, rdl_close(r2); r2_x = 1; mark(1), await(1); r2_x = 2; RECV_OF(r2, &got_one))
SELECTS(RaceSelect3, r3, 1, r3_x = 1; mark(1); SEND_OF(r3, &one), await(1); r3_x = 2; rdl_recv(r3, &got_one))
SELECTS(RaceSelect5, r5, 1, SEND_OF(r5, &one); r5_x = 2; mark(1), rdl_recv(r5, &got_one); await(1); USE(r5_x))
// clang-format on

struct job {
    rdl_chan *done;
    int result;
};
rdl_chan *jobs;
PART(NoRaceSelect4_worker) {
    struct job *job = NULL;
    RECV_OF(jobs, &job);
    job->result = 1;
    SEND_OF(job->done, &one);
}
ROW(NoRaceSelect4) {
    struct job job = {RDL_CHAN(int, 0), 0}, *p = &job;
    jobs = RDL_CHAN(struct job *, 0);
    task(NoRaceSelect4_worker, NULL);
    SEND_OF(jobs, &p);
    RECV_OF(job.done, &got_one);
    USE(job.result);
}
#define VARIANT(n, send, recv)                                                                     \
    rdl_chan *select5_##n;                                                                         \
    int select5_x##n;                                                                              \
    PART(NoRaceSelect5_task##n) {                                                                  \
        select5_x##n = 1;                                                                          \
        rdl_yield();                                                                               \
        send(select5_##n, &one);                                                                   \
    }                                                                                              \
    static void select5_run##n(void) {                                                             \
        select5_##n = RDL_CHAN(int, 0);                                                            \
        task(NoRaceSelect5_task##n, NULL);                                                         \
        rdl_yield();                                                                               \
        recv(select5_##n, &got_one);                                                               \
        select5_x##n = 2;                                                                          \
    }
// clang-format off
VARIANT(1, rdl_send, rdl_recv)
VARIANT(2, SEND_OF, rdl_recv)
VARIANT(3, rdl_send, RECV_OF)
VARIANT(4, SEND_OF, RECV_OF)
// clang-format on
ROW(NoRaceSelect5) {
    select5_run1();
    select5_run2();
    select5_run3();
    select5_run4();
}
rdl_chan *select1;
int select1_x;
PART(RaceSelect1_sender) {
    SEND_OF(select1, &one);
    select1_x = 1;
    mark(1);
}
ROW(RaceSelect1) {
    select1 = RDL_CHAN(int, 0);
    task(RaceSelect1_sender, NULL);
    task(RaceSelect1_sender, NULL);
    RECV_OF(select1, &got_one);
    RECV_OF(select1, &got_one);
    await_times(1, 2);
}
FIRST(RaceSelect4) {
    rdl_case cases[] = {RDL_CASE_RECV(NULL, NULL), RDL_CASE_DEFAULT};
    if (rdl_select(cases, 2) == 1) {
        default_x = 1;
    }
}
SECOND(RaceSelect4) {
    USE(default_x);
}

/* -- timers: arming comes before the function, or the receive -- */

int after_x, after_reset_x, timer_x, timer_reset_x, ticker_x, ticker_reset_x;
PART(NoRaceAfterFunc_body) {
    after_x = 2;
    tell();
}
ROW(NoRaceAfterFunc) {
    after_x = 1;
    rdl_after_func(RDL_MILLISECOND, NoRaceAfterFunc_body, NULL);
    hear();
    after_x = 3;
}
PART(NoRaceAfterFuncReset_body) {
    after_reset_x = 2;
    tell();
}
ROW(NoRaceAfterFuncReset) {
    rdl_timer *t = rdl_after_func(RDL_HOUR, NoRaceAfterFuncReset_body, NULL);
    rdl_timer_stop(t);
    after_reset_x = 1;
    rdl_timer_reset(t, RDL_MILLISECOND);
    hear();
    after_reset_x = 3;
    rdl_timer_free(t);
}
PART(NoRaceTimer_receiver) {
    rdl_recv(unused, NULL);
    timer_x = 2;
}
ROW(NoRaceTimer) {
    timer_x = 1;
    rdl_timer *t = rdl_timer_new(RDL_MILLISECOND);
    task(NoRaceTimer_receiver, rdl_timer_chan(t));
}
PART(NoRaceTimerReset_receiver) {
    rdl_recv(unused, NULL);
    timer_reset_x = 2;
}
ROW(NoRaceTimerReset) {
    rdl_timer *t = rdl_timer_new(RDL_HOUR);
    task(NoRaceTimerReset_receiver, rdl_timer_chan(t));
    rdl_timer_stop(t);
    timer_reset_x = 1;
    rdl_timer_reset(t, RDL_MILLISECOND);
}
PART(NoRaceTicker_receiver) {
    rdl_recv(unused, NULL);
    ticker_x = 2;
}
ROW(NoRaceTicker) {
    ticker_x = 1;
    rdl_ticker *t = rdl_ticker_new(RDL_MILLISECOND);
    task(NoRaceTicker_receiver, rdl_ticker_chan(t));
}
PART(NoRaceTickerReset_receiver) {
    rdl_recv(unused, NULL);
    ticker_reset_x = 2;
}
ROW(NoRaceTickerReset) {
    rdl_ticker *t = rdl_ticker_new(RDL_HOUR);
    task(NoRaceTickerReset_receiver, rdl_ticker_chan(t));
    rdl_ticker_stop(t);
    ticker_reset_x = 1;
    rdl_ticker_reset(t, RDL_MILLISECOND);
}

/* NoRaceIOFile and NoRaceIOHttp: I/O orders through objects made here; a pipe for the file. */
int file_ends[2], file_x, http_x;
PART(NoRaceIOFile_writer) {
    file_x = 1;
    rdl_write(file_ends[1], "x", 1, 0);
}
ROW(NoRaceIOFile) {
    char byte;
    USE(pipe(file_ends));
    task(NoRaceIOFile_writer, NULL);
    rdl_read(file_ends[0], &byte, 1, 0);
    USE(file_x);
}
int http_request[2], http_response[2];
PART(NoRaceIOHttp_server) {
    char byte;
    rdl_read(http_request[0], &byte, 1, 0);
    http_x++;
    rdl_write(http_response[1], "r", 1, 0);
}
ROW(NoRaceIOHttp) {
    char byte;
    USE(pipe(http_request));
    USE(pipe(http_response));
    task(NoRaceIOHttp_server, NULL);
    http_x = 1;
    rdl_write(http_request[1], "q", 1, 0);
    rdl_read(http_response[0], &byte, 1, 0);
    http_x++;
}

/* -- one buffer, filled again while the receiver still looks at what it got -- */

char read_buffer[64], pread_buffer[64], copy_buffer[64];
static void checksum(const char *from) {
    unsigned sum = 0;
    for (int i = 0; i < 64; i++) {
        sum += (unsigned char)from[i];
    }
    USE(sum);
}
#define FILLED(row, buffer, fill)                                                                  \
    PART(row##_filler) {                                                                           \
        int fd = open("/dev/zero", O_RDONLY);                                                      \
        ssize_t n = fill;                                                                          \
        USE(n);                                                                                    \
        rdl_send(unused, (char *[]){buffer});                                                      \
        n = fill;                                                                                  \
        USE(n);                                                                                    \
        close(fd);                                                                                 \
        mark(1);                                                                                   \
    }                                                                                              \
    APART void row##_checks(const char *from) {                                                    \
        checksum(from);                                                                            \
    }                                                                                              \
    ROW(row) {                                                                                     \
        rdl_chan *c = RDL_CHAN(char *, 1);                                                         \
        task(row##_filler, c);                                                                     \
        char *got = RDL_RECV_VALUE(c, char *);                                                     \
        await(1);                                                                                  \
        row##_checks(got);                                                                         \
    }
// clang-format off
FILLED(RaceIssue5567, read_buffer, read(fd, read_buffer, sizeof read_buffer))
FILLED(RaceIssue51618, pread_buffer, pread(fd, pread_buffer, sizeof pread_buffer, 0))
FILLED(RaceIssue5654, copy_buffer, (memcpy(copy_buffer, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde", 64), fd))
// clang-format on

/* -- mop_test: memory reuse -- */

static _Atomic int reallocated;
PART(NoRaceHeapReallocation_task) {
    for (int i = 0; i < 100; i++) {
        int *p = malloc(16);
        p[0] = i;
        SHOW(*p);
        free(p);
        reallocated++;
    }
}
ROW(NoRaceHeapReallocation) {
    for (int i = 0; i < 4; i++) {
        task(NoRaceHeapReallocation_task, NULL);
    }
}
PART(NoRaceTinyAlloc_task) {
    for (int i = 0; i < 100; i++) {
        char *p = malloc(1);
        *p = 1;
        SHOW(*p);
        if (i % 2 == 0) {
            free(p);
        }
    }
}
ROW(NoRaceTinyAlloc) {
    for (int i = 0; i < 4; i++) {
        task(NoRaceTinyAlloc_task, NULL);
    }
}
int ignored_x;
PART(NoRaceIssue60934_ends) {
    ignored_x = 1;
    rdl_goexit();
}
PART(NoRaceIssue60934_later) {
    ignored_x = 2;
    tell();
}
ROW(NoRaceIssue60934) {
    static rdl_waitgroup over;
    rdl_waitgroup_go(&over, NoRaceIssue60934_ends, NULL);
    rdl_waitgroup_wait(&over);
    task(NoRaceIssue60934_later, NULL);
    hear();
    ignored_x = 3;
}
