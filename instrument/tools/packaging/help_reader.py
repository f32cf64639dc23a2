"""What the programs say of their options, as data: man pages and completions are made from it."""
import dataclasses
import os
import re
import subprocess


@dataclasses.dataclass
class Option:
    long: str      # without its dashes
    short: str     # one letter or nothing
    argument: str  # what its value is called; nothing: it takes none
    text: str


@dataclasses.dataclass
class Key:
    name: str
    initial: str
    text: str


def output_of(*command):
    # A right margin that no text reaches: an option is a line.
    environment = {**os.environ, "ARGP_HELP_FMT": "rmargin=4000", "RADDLE_OPTIONS": ""}
    return subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=True, text=True,
                          stdout=subprocess.PIPE, timeout=60).stdout


def options_of(program, flag="--help"):
    """The options in the order of the help."""
    options = []
    for line in output_of(program, flag).split("\n"):
        head = re.match(r"(?:  -(\S), |      )--([a-z-]+)(?:=(\S+))?(?: +(\S.*))?$", line)
        if head:
            short, long, argument, text = head.groups(default="")
            options.append(Option(long, short, argument, text))
        elif options and re.match(r" {20,}\S", line) and not options[-1].text:
            options[-1].text = line.strip()  # the option filled its column
    return options


def keys_of(program):
    """The keys of -o KEY=VALUE, which are those of RADDLE_OPTIONS."""
    lines = output_of(program, "-o", "help").split("\n")
    keys = []
    for head, text in zip(lines[0::2], lines[1::2]):
        name, initial = head.strip().split("=", 1)
        keys.append(Key(name, initial, text.strip()))
    return keys
