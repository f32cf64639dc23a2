#!/usr/bin/env python3
"""Files as C: NAME becomes a string and NAME_hash what a content security policy calls its text.

usage: html_assets.py OUTPUT.c NAME=FILE…
"""
import base64
import hashlib
import sys


def main():
    output, pairs = sys.argv[1], sys.argv[2:]
    with open(output, "w", encoding="ascii") as out:
        out.write('#include "instrument/tools/report/html_assets.h"\n')
        for pair in pairs:
            name, path = pair.split("=", 1)
            with open(path, "rb") as file:
                content = file.read()
            if b"</" in content or b"<!--" in content or b"\0" in content:
                sys.exit(f"{path}: would end the element it stands in")
            digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
            out.write(f'const char {name}_hash[] = "sha256-{digest}";\n')
            out.write(f"const char {name}[] = {{{','.join(map(str, content))},0}};\n")


main()
