/* os_io.h - the system calls on descriptors, as the runtime needs them.
 *
 * Results  those of the system call, or a negative errno; errno itself is left as it was, so that
 *          no caller, who may park, ever touches it. A call that a signal interrupts is repeated.
 * Try      the calls with `try` never block, whatever the descriptor's flags: O_NONBLOCK belongs to
 *          the open file, which other processes may share, and is not ours to set. -EAGAIN: it
 *          would have blocked. -EOPNOTSUPP: the kernel cannot do that without blocking here; look
 *          with rdl__os_poll, then call the form that may block.
 */
#ifndef RDL__OS_IO_H
#define RDL__OS_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct sockaddr;

bool rdl__os_fd_is_open(int fd);

enum os_file { OS_FILE_SOCKET, OS_FILE_STREAM, OS_FILE_POSITIONED };

/* What fd is, or a negative errno. Positioned: a regular file, a directory or a disk. */
int rdl__os_file_kind(int fd);

/* Whether fd has a position that a read moves. */
bool rdl__os_is_positioned(int fd);

/* Which pipe, event counter or local socket fd is one end of, as a number that is no address; 0: none
 * of them. Of local sockets all are one: who is the peer of whom cannot be asked. Cost: up to three
 * system calls. */
uint64_t rdl__os_object(int fd);

/* The events of poll(2) that are ready now, 0: none. */
int rdl__os_poll(int fd, short events);

ssize_t rdl__os_try_recv(int fd, void *buf, size_t n);
ssize_t rdl__os_try_send(int fd, const void *buf, size_t n, bool may_signal);

/* For what is no socket. may_signal false: a broken pipe is -EPIPE and no SIGPIPE. */
ssize_t rdl__os_try_read(int fd, void *buf, size_t n);
ssize_t rdl__os_try_write(int fd, const void *buf, size_t n, bool may_signal);

ssize_t rdl__os_read(int fd, void *buf, size_t n);
ssize_t rdl__os_write_once(int fd, const void *buf, size_t n, bool may_signal);

/* The new descriptor is non-blocking and closed by exec. try: only where the listener itself is
 * non-blocking, else -EOPNOTSUPP. */
int rdl__os_try_accept(int fd, struct sockaddr *address, unsigned *length);
int rdl__os_accept(int fd, struct sockaddr *address, unsigned *length);

/* Begins to connect: 0, -EINPROGRESS, or another error. */
int rdl__os_try_connect(int fd, const struct sockaddr *address, unsigned length);
int rdl__os_connect(int fd, const struct sockaddr *address, unsigned length);

/* How a connect that was in progress ended: 0, -EINPROGRESS: it has not, or its error. */
int rdl__os_connect_result(int fd);

int rdl__os_close(int fd);

#endif
