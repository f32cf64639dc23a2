/* goroutines.c - one goroutine that waits, one that sleeps under a name, one that runs, main. */
#include <raddle.h>
#include <stdatomic.h>

static _Atomic int spinning;
static _Atomic int returned; /* counted, so that no wait is a tail call */

static void wait_here(void *ch) {
    rdl_recv(ch, NULL);
    returned++;
}

static void sleep_here(void *unused) {
    (void)unused;
    rdl_sleep(RDL_HOUR);
    returned++;
}

static void spin_here(void *unused) {
    (void)unused;
    spinning = 1;
    while (spinning != 2) {
    }
}

__attribute__((noinline)) static void stop_here(void) {
    __asm__ volatile("");
}

int main(void) {
    rdl_maxprocs(2);
    rdl_go(wait_here, RDL_CHAN(int, 0));
    rdl_go_with(&(rdl_go_options){.name = "dreamer"}, sleep_here, NULL);
    for (int i = 0; i < 10; i++) {
        rdl_yield();
    }
    rdl_sleep(5 * RDL_MILLISECOND);
    rdl_go(spin_here, NULL);
    while (spinning != 1) {
        rdl_yield();
    }
    stop_here();
    return 0;
}
