/* handover.h - how does a process that may not open the findings file come by it?
 *
 * The file belongs to the user who runs the gate, and to nobody else. A process that has become
 * another user, or sees another root directory, asks the gate for an open descriptor:
 *
 *     gate                                       process
 *     listens while the run lasts                connects
 *     the asker descends from the gate?          waits for one message
 *       one byte, and the descriptor
 *     closes the connection                      the end without a descriptor: no
 *
 * The socket's name lies in the abstract space, which knows no rights of files and no directories. It
 * is made of the file's path; nothing else is said, in either direction. The process takes an answer
 * of root and of its own user only. One in another network namespace, or one that may make no
 * sockets, goes without.
 */
#ifndef RADDLE_INSTRUMENT_HANDOVER_H
#define RADDLE_INSTRUMENT_HANDOVER_H

#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

#define HANDOVER_TYPE SOCK_SEQPACKET

/* Fills *out for the findings file at path; returns the address' length. Of a path that is too long
 * the end counts, where the name of the run stands. */
static inline socklen_t handover_address(struct sockaddr_un *out, const char *path) {
    size_t room = sizeof out->sun_path - 1, n = 0;
    while (path[n] != '\0') {
        n++;
    }
    const char *from = n > room ? path + (n - room) : path;
    n = n > room ? room : n;
    out->sun_family = AF_UNIX;
    out->sun_path[0] = '\0';
    for (size_t i = 0; i < n; i++) {
        out->sun_path[1 + i] = from[i];
    }
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + n);
}

/* An open descriptor of the findings file at path, which the caller owns, from the gate; negative:
 * it gave none. For the process under test; makes no call of libc. Zone: COLD. */
__attribute__((visibility("hidden"))) long handover_ask(const char *path);

#endif
