/* The I/O rows of the deadlock rules; apart from test_runtime_io, because a sanitizer's thread keeps
 * the report away.
 */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <sys/socket.h>

#include "test_runtime.h"

struct call {
    int fd;
    rdl_waitgroup done;
};

static void read_then_close(void *arg) {
    struct call *c = arg;
    char byte;
    rdl_read(c->fd, &byte, 1, 0);
    rdl_waitgroup_done(&c->done);
}

/* Everybody is parked, one of them on a pipe; the byte comes from a forked helper later. */
static void wait_for_a_byte(void) {
    int ends[2];
    struct call c = {0};
    if (pipe(ends) != 0) {
        _exit(90);
    }
    pid_t helper = fork();
    if (helper == 0) {
        usleep(200000);
        _exit(write(ends[1], "x", 1) == 1 ? 0 : 1);
    }
    c.fd = ends[0];
    rdl_waitgroup_add(&c.done, 1);
    rdl_go(read_then_close, &c);
    rdl_waitgroup_wait(&c.done);
    waitpid(helper, NULL, 0);
    _exit(10);
}

static void listener_without_waiter(void) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (listen(fd, 1) != 0) { /* on a port of the system's choice */
        _exit(90);
    }
    rdl_accept(fd, NULL, NULL, rdl_now() + RDL_MILLISECOND);
    rdl_chan *never = RDL_CHAN(int, 0);
    rdl_recv(never, NULL);
}

Test(io, DL_03_a_task_parked_on_io_is_no_deadlock) {
    static struct child c;
    run_child(wait_for_a_byte, &c);
    cr_assert(exited_with(&c, 10), "%s", c.text);
}

Test(io, DL_03_an_open_listener_without_a_waiter_is_nothing) {
    static struct child c;
    run_child(listener_without_waiter, &c);
    cr_assert(exited_with(&c, 2), "%s", c.text);
    cr_assert(begins_with(c.text, "fatal error: all goroutines are asleep - deadlock!"));
}
