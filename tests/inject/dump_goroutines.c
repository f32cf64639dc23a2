/* dump_goroutines.c - goroutines that wait until a line comes in: see dump.c. */
#include "raddle.h"

#include <stdio.h>
#include <unistd.h>

#include "../rules/invisible.h"
#include "../rules/parked.h"

static rdl_mutex cache;
static rdl_chan *results;

static void holder(void *unused) {
    (void)unused;
    rdl_mutex_lock(&cache);
    rdl_recv(results, NULL);
    rdl_mutex_unlock(&cache);
}

static void waiter(void *group) {
    rdl_mutex_lock(&cache);
    rdl_mutex_unlock(&cache);
    rdl_waitgroup_done(group);
}

int main(void) {
    rdl_waitgroup group = {0};
    char line[8];
    int result = 1;
    results = RDL_CHAN(int, 0);
    rdl_go(holder, NULL);
    await_parked("chan receive");
    rdl_waitgroup_add(&group, 5);
    for (int i = 0; i < 5; i++) {
        rdl_go(waiter, &group);
    }
    while (dump_says("sync.Mutex.Lock") < 5) {
        rdl_yield();
    }
    printf("%d\n", (int)getpid());
    fflush(stdout);
    if (fgets(line, sizeof line, stdin) == NULL) {
        return 1;
    }
    rdl_send(results, &result);
    rdl_waitgroup_wait(&group);
    puts("done");
    return 0;
}
