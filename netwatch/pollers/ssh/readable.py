"""What a terminal was sent -> the text that a person would have seen there. Pure.

Devices draw: pagers are painted over by carriage returns, backspaces and cursor moves, words are
coloured. A template wants the lines that remain. Everything a terminal would obey is gone after it.
"""

import re
from typing import Final

MOST_LETTERS: Final = 4_000_000
LONGEST_LINE: Final = 4000
_CONTROL: Final = re.compile(
    r"\x1b\[([0-?]*)[ -/]*([@-~])"  # CSI
    r"|\x1b[\]PX^_].*?(?:\x07|\x1b\\|$)"  # OSC, DCS and others, to their end
    r"|\x1b[ -/]*[0-~]"
    r"|\x1b"
)
_MOVES: Final = re.compile(r"\x1b\[(\d*)([CDKG])|([\b\r])|([^\x1b\b\r]+)|\x1b")
_PAGER: Final = re.compile(
    r"\s*(?:[-<(]{1,6}\s*more\b[^a-z]*(?:\(?press[^)]*\)?|\d+%|next page[^)>]*)?[^a-z]*[->)]{0,6}"
    r"|more: <space>,  quit: q.*"
    r"|press any key to continue.*)\s*",
    re.IGNORECASE,
)
_DRAWS: Final = re.compile(r"[\b\r]|\x1b\[\d*[CDKG]")
_PROMPT: Final = re.compile(r"\s*[^\s\"'=]{1,80}(?: ?\([^()\s]{1,40}\))?\s?[>#$]\s*")


def readable(raw: str) -> str:
    """Return what would stand on the screen, without pagers; at most MOST_LETTERS letters of it."""
    text = raw[:MOST_LETTERS].replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\0", "")
    lines = (_line(line) for line in text.split("\n"))
    return "\n".join(line for line in lines if not _PAGER.fullmatch(line) or not line.strip())


def unwrapped(text: str, command: str) -> str:
    """Return an answer without the echo of its command and, where that shows it, the prompt."""
    lines = text.split("\n")
    said = command.strip()
    first = next((at for at, line in enumerate(lines) if line.strip()), None)
    if not said or first is None or not lines[first].rstrip().endswith(said):
        return text
    prompt = lines[first].rstrip().removesuffix(said).strip()
    if prompt and not _PROMPT.fullmatch(prompt):
        return text
    rest = lines[first + 1 :]
    while prompt and rest and (not rest[-1].strip() or rest[-1].strip() == prompt):
        rest.pop()
    return "\n".join(rest) + "\n"


def bare(text: str, command: str) -> str:
    """Return an answer without anything that may be echo before it or a prompt behind it."""
    lines = unwrapped(text, command).strip("\n").split("\n")
    while lines and (not lines[-1].strip() or _PROMPT.fullmatch(lines[-1])):
        lines.pop()
    return "\n".join(lines) + "\n"


def _line(line: str) -> str:
    line = line.rstrip("\r")[: LONGEST_LINE * 2]
    if _DRAWS.search(line):
        line = _drawn(line)
    if "\x1b" in line:
        line = _CONTROL.sub("", line)
    if not line.isprintable():
        line = "".join(c if c.isprintable() or c == "\t" else "" for c in line)
    return line[:LONGEST_LINE]


def _drawn(line: str) -> str:
    """Play the moves of a cursor along one line."""
    line = re.sub(r"\x1b\[[0-?]*[ -/]*[ABE-FH-JL-~@]", "", line)  # colours and the like
    cells: list[str] = []
    at = 0
    for found in _MOVES.finditer(line):
        number, move, control, text = found.groups()
        if text:
            cells[at : at + len(text)] = text
            at += len(text)
        elif control:
            at = 0 if control == "\r" else max(0, at - 1)
        elif move == "D":
            at = max(0, at - int(number[:6] or 1))
        elif move == "C":
            at = min(LONGEST_LINE, at + int(number[:6] or 1))
            cells += [" "] * (at - len(cells))
        elif move == "G":
            at = min(len(cells), max(0, int(number[:6] or 1) - 1))
        elif move == "K":
            cells = [] if number == "2" else [" "] * at if number == "1" else cells[:at]
            cells += [" "] * (at - len(cells))
    return "".join(cells).rstrip()
