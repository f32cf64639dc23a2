/* All sleep; one had locked, and another may have unlocked, and a third locked what that was. */
#include <raddle.h>
#include <string.h>

static rdl_mutex mu;
static rdl_cond cond = RDL_COND_INIT(&mu);
static rdl_chan *locked, *ended, *passed, *never;
static const char *what;

static void locks(void *unused) {
    (void)unused;
    rdl_mutex_lock(&mu);
    rdl_close(locked);
    if (strcmp(what, "ended") != 0) {
        rdl_recv(never, NULL);
    }
    rdl_recv(passed, NULL);
    rdl_close(ended);
}

static void unlocks(void *unused) {
    (void)unused;
    rdl_recv(locked, NULL);
    if (strcmp(what, "waited") == 0) {
        rdl_cond_wait(&cond);
    } else if (strcmp(what, "kept") != 0) {
        rdl_mutex_unlock(&mu);
    }
    if (strcmp(what, "taken") == 0 || strcmp(what, "ended") == 0) {
        rdl_mutex_lock(&mu);
    }
    rdl_close(passed);
    rdl_recv(never, NULL);
}

static void wants(void *unused) {
    (void)unused;
    rdl_recv(strcmp(what, "ended") == 0 ? ended : passed, NULL);
    rdl_mutex_lock(&mu);
    rdl_recv(never, NULL);
}

int main(int argc, char **argv) {
    what = argc > 1 ? argv[1] : "";
    locked = rdl_chan_make(0, 0);
    ended = rdl_chan_make(0, 0);
    passed = rdl_chan_make(0, 0);
    never = rdl_chan_make(0, 0);
    rdl_go(locks, NULL);
    rdl_go(unlocks, NULL);
    rdl_go(wants, NULL);
    rdl_recv(never, NULL);
}
