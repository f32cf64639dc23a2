#!/usr/bin/env python3
"""Makes a shell's completions from its template.

usage: completion.py TEMPLATE OUTPUT GATE REPORT CC

Options and keys are what the programs say of themselves (help_reader.py). @FILES@, @DIRECTORIES@ and
@OTHERS@ are patterns of options by what their value is; @..._ARGUMENTS@ are lines for zsh's _arguments.
"""
import re
import sys

from help_reader import keys_of, options_of

# What a value may be, where its name in the help does not say it: for zsh.
CHOICES = {"color": "(auto always never)", "checks": "->checks", "option": "->keys"}
REPEATED = {"suppressions", "baseline", "ignore-process", "option", "json", "sarif", "junit", "gitlab", "html"}


def words(options):
    names = [f"--{o.long}" + ("=" if o.argument else "") for o in options]
    return " ".join(names + [f"-{o.short}" for o in options if o.short])


def pattern(options, wanted):
    listed = {f"--{o.long}" for o in options if o.argument and wanted(o)}
    return " | ".join(sorted(listed))


def is_file(option):
    return option.argument in ("FILE", "OLD")


def value_of(option, formats, kinds):
    if is_file(option):
        return "_files"
    if option.argument == "DIR":
        return "_files -/"
    return {"format": f"({formats})", "kind": f"({kinds})", **CHOICES}.get(option.long, " ")


def argument(option, formats, kinds):
    text = re.sub(r"([][:\\])", r"\\\1", option.text).replace("'", "'\\''")
    value = f":{option.argument}:{value_of(option, formats, kinds)}" if option.argument else ""
    many = "*" if option.long in REPEATED else ""
    long = f"--{option.long}" + ("=" if option.argument else "")
    if not option.short:
        return f"'{many}{long}[{text}]{value}'"
    exclusive = "" if many else f"(-{option.short} --{option.long})"
    short = f"-{option.short}" + ("+" if option.argument else "")
    return f"'{many or exclusive}'{{{short},{long}}}'[{text}]{value}'".replace("-?", "-\\?")


def main():
    template, output, gate, report, compiler = sys.argv[1:6]
    gate_options, report_options = options_of(gate), options_of(report)
    cc_options = options_of(compiler, "--raddle-help")
    every = gate_options + report_options
    said = {option.long: option.text for option in every}
    formats = " ".join(re.findall(r"\w+", said["format"].split(":")[1].replace(" or ", " ")))
    kinds = " ".join(re.findall(r"[\w-]+", said["kind"].split(":")[1]))
    known = {"format", "color", "kind", "checks", "option"}
    lines = {name: " \\\n            ".join(argument(o, formats, kinds) for o in options) + " \\"
             for name, options in (("GATE_ARGUMENTS", gate_options), ("REPORT_ARGUMENTS", report_options))}
    marks = {
        "FORMATS": formats, "KINDS": kinds, "KEYS": " ".join(key.name for key in keys_of(gate)),
        "FILES": pattern(every, is_file), "DIRECTORIES": pattern(every, lambda o: o.argument == "DIR"),
        "OTHERS": pattern(every, lambda o: not is_file(o) and o.argument != "DIR" and o.long not in known),
        "GATE_OPTIONS": words(gate_options), "REPORT_OPTIONS": words(report_options), "CC_OPTIONS": words(cc_options),
        "CC_ARGUMENTS": " ".join(argument(o, formats, kinds) for o in cc_options), **lines,
    }
    with open(template, encoding="utf-8") as file:
        text = re.sub(r"@([A-Z_]+)@", lambda mark: marks[mark.group(1)], file.read())
    with open(output, "w", encoding="utf-8") as file:
        file.write(text)


main()
