#!/usr/bin/env python3
"""Work for a memcached server: memcached_load.py PORT

Eight connections, of which each worker of the server gets some, store and fetch the same keys. All of a round is
sent before its answers are read, so that the client costs little and the server is never idle for long.
"""
import socket
import sys
import time

CONNECTIONS, ROUNDS, BATCH, BYTES = 8, 60, 200, 100
VALUE = b"v" * BYTES


def connect(port):
    for _ in range(600):
        try:
            return socket.create_connection(("127.0.0.1", port))
        except OSError:
            time.sleep(0.1)
    sys.exit("memcached_load: nobody listens")


def take(connection, count):
    """The next `count` bytes."""
    parts = []
    while count > 0:
        part = connection.recv(count)
        if not part:
            sys.exit("memcached_load: the server went away")
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def main():
    connections = [connect(int(sys.argv[1])) for _ in range(CONNECTIONS)]
    stores = b"".join(b"set key%06d 0 0 %d\r\n%s\r\n" % (i, BYTES, VALUE) for i in range(BATCH))
    fetches = b"".join(b"get key%06d\r\n" % i for i in range(BATCH)) * 4
    found = b"".join(b"VALUE key%06d 0 %d\r\n%s\r\nEND\r\n" % (i, BYTES, VALUE) for i in range(BATCH)) * 4
    for _ in range(ROUNDS):
        for request, answer in ((stores, b"STORED\r\n" * BATCH), (fetches, found)):
            for connection in connections:
                connection.sendall(request)
            for connection in connections:
                if take(connection, len(answer)) != answer:
                    sys.exit("memcached_load: a wrong answer")


main()
