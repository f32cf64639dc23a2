"""Text as roff(7) reads it."""
import re
import textwrap


def plain(text):
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("~", "\\(ti").replace("^", "\\(ha")
    text = re.sub(r"`([^`]*)`", r"\\fB\1\\fR", text)
    return re.sub(r"(?m)^(?=[.'])", r"\\&", text)


def sentence(text):
    """With a capital and a full stop, unless it begins with a name."""
    first = text.split()[0]
    if not re.search(r"[_-]", first):
        text = text[0].upper() + text[1:]
    return plain(text + ("" if text.endswith(".") else "."))


def short_lines(lines):
    """Running text is broken at spaces; requests, tags and examples stay as they are."""
    literal = tag = False
    for line in lines:
        literal = line in (".EX", ".nf") or (literal and line not in (".EE", ".fi"))
        if literal or tag or line.startswith(".") or len(line) <= 80:
            yield line
        else:
            for part in textwrap.wrap(line, 80, break_long_words=False, break_on_hyphens=False):
                yield "\\&" + part if part[0] in ".'" and part != line[:len(part)] else part
        tag = line in (".TP", ".TQ")
