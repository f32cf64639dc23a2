"""A public header as man page text: sections, comments, and what they are written above."""
import re

from roff import plain, sentence

DECLARATION = re.compile(r"(?:RDL_NORETURN )?RDL__API (?P<api>[^;]*?\))\s*(?:__attribute__.*)?;(?P<note> */\*.*\*/)?$|"
                         r"static inline (?P<inline>[^{]*\)) \{$|"
                         r"#define (?P<macro>RDL_(?!_|NORETURN)\w+(?:\([^)]*\))?)(?: .*)?$|"
                         r"typedef (?P<type>[^{;]*);(?P<type_note> */\*.*\*/)?$|"
                         r"enum (?P<enum>\{.*\});(?P<enum_note> */\*.*\*/)?$|"
                         r"\} (?P<struct>rdl_\w+);$", re.S)


def comment_text(comment):
    lines = [re.sub(r"^ ?\*? ?", "", line) for line in comment.strip()[2:-2].split("\n")]
    return "\n".join(line.strip() for line in lines).strip()


def items(text):
    """(kind, text) for each comment, declaration and gap at the left margin."""
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        line, at = lines[at], at + 1
        if line.startswith("/*"):
            while "*/" not in line:
                line, at = line + "\n" + lines[at], at + 1
            yield "comment", comment_text(line)
            continue
        while re.match(r"(RDL_NORETURN )?RDL__API", line) and ";" not in line:
            line, at = line + " " + lines[at].strip(), at + 1
        found = DECLARATION.match(line)
        if found:
            said = {name: part for name, part in found.groupdict().items() if part}
            note = next((said.pop(name) for name in list(said) if name.endswith("note")), "")
            kind, code = next(iter(said.items()))
            code = {"type": "typedef ", "enum": "enum ", "struct": "struct "}.get(kind, "") + code
            yield "declaration", (code.replace("RDL__SSIZE", "ssize_t"), comment_text(note) if note else "")
        elif line == "":
            yield "gap", ""


def section(title):
    """-- title: what holds in it --, and more below."""
    head, _, more = title.partition("\n")
    name, _, rest = head.strip(" -").partition(":")
    yield f'.SS "{plain(name[0].upper() + name[1:])}"'
    for text in (rest.strip(), more.strip(" -\n")):
        if text:
            yield sentence(text)


def group(said, declarations):
    """Declarations that stand together, and the comment above them."""
    for i, (code, note) in enumerate(declarations):
        yield ".TQ" if i else ".TP"
        yield f"\\fB{plain(code)}\\fR" + (f" \\(em {plain(note)}" if note else "")
    if said:
        yield plain(said)


def page_of(path):
    """The header's declarations; what it opens with, the page says in its own words."""
    with open(path, encoding="utf-8") as file:
        text = file.read().split("*/", 1)[1]
    said, declarations = "", []
    for kind, what in [*items(text), ("gap", "")]:
        if kind == "declaration" and "rdl__" not in what[0]:
            declarations.append(what)
            continue
        if declarations:
            yield from group(said, declarations)
            said, declarations = "", []
        if kind == "comment" and what.startswith("--"):
            yield from section(what)
        else:
            said = what if kind == "comment" else ""
