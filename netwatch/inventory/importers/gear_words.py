"""Words by which other systems call gear -> our kind of it."""

import re
from typing import Final

KINDS: Final = (
    ("splitter", ("splitter", "rozdzielacz", "spliter")),
    ("onu", ("onu", "ont", "pon-ont", "terminal")),
    ("olt", ("olt", "pon")),
    ("router", ("router", "bras", "bng")),
    ("radio", ("radio", "antena", "antenna", "access-point", "access point", "sektor", "nadajnik")),
    ("ups", ("ups", "zasilacz")),
    ("cabinet", ("szafa", "szafka", "mufa", "cabinet", "przełącznica")),
    ("switch", ("switch", "przełącznik", "przelacznik")),
    ("server", ("serwer", "server")),
)
"""Our kind, and the words that mean it; the first that fits."""


def kind_of(*told: str) -> str:
    """Return our kind of gear, by the first of these texts that says one; else nothing."""
    for text in told:
        words = re.split(r"[^\w-]+", text.lower())
        for ours, known in KINDS:
            if any(word in known or _stem(word) in known for word in words):
                return ours
    return ""


def _stem(word: str) -> str:
    return re.split(r"[-_]?\d", word)[0].strip("-_")
