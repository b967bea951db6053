"""What visitors read on the pages that answer them, in the languages that netwatch ships with."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

LAST_RESORT: Final = "en"


@dataclass(frozen=True, slots=True)
class Said:
    """One language's words; where it has none, English ones."""

    language: str

    def __getitem__(self, name: str) -> str:
        tables = tables_of_words()
        table = tables.get(self.language) or tables.get(self.language.split("-")[0]) or {}
        return table.get(name) or tables[LAST_RESORT][name]


@cache
def tables_of_words() -> dict[str, dict[str, str]]:
    """Return every word by language and name."""
    text = files("netwatch.web").joinpath("visit_words.json").read_text(encoding="utf-8")
    tables: dict[str, dict[str, str]] = json.loads(text)
    return tables


def preferred(header: str, languages: tuple[str, ...]) -> str:
    """Return the language that a browser asks for (Accept-Language, RFC 9110), else the first."""
    wanted: list[tuple[float, int, str]] = []
    for place, part in enumerate(header[:500].split(",")[:20]):
        name, _, weight = part.strip().partition(";q=")
        try:
            wanted.append((-float(weight or 1), place, name.strip().lower()))
        except ValueError:
            continue
    for _, _, name in sorted(wanted):
        for language in languages:
            if name in (language.lower(), language.split("-")[0]) or name.startswith(
                f"{language.lower()}-"
            ):
                return language
    return languages[0]
