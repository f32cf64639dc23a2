/* tracer.h - the process that stops the threads of its maker, whose memory it shares: see tracer.c. */
#ifndef RADDLE_INSTRUMENT_TRACER_H
#define RADDLE_INSTRUMENT_TRACER_H

#include "instrument/stop.h"

#define TRACER_VECTOR_BYTES 2816 /* of XSAVE's area: all but the tiles of AMX */
#define TRACER_TEXT_BYTES   8192

/* Of stop_job.turn, a futex: whose turn it is. Maker and tracer set it by turns. */
enum {
    TRACER_TO_BE_NAMED, /* the maker's: prctl(PR_SET_PTRACER) */
    TRACER_STOPS,       /* the tracer's, with LETS_GO */
    TRACER_HAS_STOPPED, /* the maker's, with HAS_FAILED */
    TRACER_HAS_FAILED,
    TRACER_LETS_GO,
};

struct stop_job {
    int alive; /* the tracer's number; 0 when it has gone, which the kernel says */
    uint32_t turn;
    enum stop_answer answer;
    int pid;         /* of the process to stop */
    int pidfd;       /* of it, in the tracer; -1: none */
    uint32_t caller; /* the one thread that goes on */
    int64_t give_up_ns;
    bool is_moving; /* of tracer.c: not all is seen yet */
    bool failed;
    bool let_go; /* by itself: the maker did not say so in time */
    uint32_t n, room;
    struct stopped_thread *thread;
    uint32_t *by_id; /* 1 + index, hashed by id; 0: free */
    uint32_t slots;  /* of by_id: a power of two */
    char *vectors;
    uint32_t vectors_used;
    char text[TRACER_TEXT_BYTES];
};

/* All of the tracer, as the function of bare_clone. */
HIDDEN void tracer_run(void *job);

HIDDEN void tracer_wait_turn(struct stop_job *job, uint32_t turn, int64_t ms);
HIDDEN void tracer_give_turn(struct stop_job *job, uint32_t turn);

#endif
