#!/usr/bin/env python3
"""Makes a man page from its template.

usage: man_page.py TEMPLATE OUTPUT VERSION PROGRAM FLAG GATE [HEADER...]

A line @OPTIONS@ of the template becomes what PROGRAM says of its options when it is asked with FLAG, a
line @KEYS@ what GATE says of the keys of -o, a line @HEADER NAME@ what the header of that name declares.
@VERSION@ is replaced wherever it stands.
"""
import os
import re
import sys

import header_reader
import help_reader
from roff import plain, sentence, short_lines


def options(program, flag):
    for option in help_reader.options_of(program, flag):
        value = f"=\\fI{plain(option.argument)}\\fR" if option.argument else ""
        short = f"\\fB\\-{option.short}\\fR" + (f" \\fI{plain(option.argument)}\\fR" if option.argument else "")
        yield ".TP"
        yield (short + ", " if option.short else "") + f"\\fB{plain('--' + option.long)}\\fR{value}"
        yield sentence(option.text)


def keys(gate):
    for key in help_reader.keys_of(gate):
        yield ".TP"
        yield f"\\fB{plain(key.name)}\\fR={plain(key.initial)}"
        yield sentence(key.text)


def main():
    template, output, version, program, flag, gate = sys.argv[1:7]
    headers = {os.path.basename(path): path for path in sys.argv[7:]}
    lines = []
    with open(template, encoding="utf-8") as file:
        for line in file.read().rstrip("\n").split("\n"):
            header = re.fullmatch(r"@HEADER (\S+)@", line)
            if line == "@OPTIONS@":
                lines += options(program, flag)
            elif line == "@KEYS@":
                lines += keys(gate)
            elif header:
                lines += header_reader.page_of(headers[header.group(1)])
            else:
                lines.append(line.replace("@VERSION@", version))
    with open(output, "w", encoding="utf-8") as file:
        file.write("\n".join(short_lines(lines)) + "\n")


main()
