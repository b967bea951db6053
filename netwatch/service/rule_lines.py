"""Words of a command line, some of which name files -> lines, each with its place."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from netwatch.model.faults import ConfigError, Place

_MOST_SHOWN: Final = 80


def lines_of(words: Iterable[str], line: str) -> Iterator[tuple[str, Place]]:
    """Yield each word, or of a file's lines those that are neither empty nor a comment (``#``).

    Raises:
        ConfigError: a file that cannot be read, or is no text.
    """
    for word in words:
        try:
            path = Path(word)
            content = path.read_text(encoding="utf-8") if path.is_file() else None
        except UnicodeDecodeError:
            raise ConfigError(Place(word), "not a text file", f"write one {line} a line") from None
        except OSError as fault:
            remedy = f"name a file that can be read, or write each {line} here"
            raise ConfigError(
                Place(word[:_MOST_SHOWN]), fault.strerror or str(fault), remedy
            ) from None
        except ValueError as fault:
            raise ConfigError(Place(repr(word[:_MOST_SHOWN])), str(fault), "leave it out") from None
        if content is None:
            yield word, Place(word)
            continue
        for number, said in enumerate(content.splitlines(), 1):
            text = said.partition("#")[0].strip()
            if text:
                yield text, Place(word, number, 1)
