"""A command at a terminal: what it prints there, and how wide that is."""
import fcntl
import os
import pty
import struct
import subprocess
import termios
import unicodedata


def at_terminal(columns, *command, env=None):
    """What a command prints at a terminal of so many columns, standard error in between."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    inherited = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "NO_COLOR")}
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=its, stderr=its,
                          env={**inherited, "TERM": "xterm", **(env or {})}):
        os.close(its)
        text = b""
        while True:
            try:
                more = os.read(ours, 1 << 16)
            except OSError:  # EIO: nobody has it open any more
                more = b""
            if not more:
                break
            text += more
    os.close(ours)
    return text.decode().replace("\r\n", "\n")


def cells(text):
    """The character at each column of a terminal; wide ones stand at two, accents at none."""
    shown = []
    for c in text:
        shown += [c] * (0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1)
    return shown
