"""What is wrong in a profile: where in it, what, and which words could stand there instead."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

from cattrs import ClassValidationError, ForbiddenExtraKeysError, IterableValidationError
from cattrs.v import format_exception

from netwatch.model.network import DeviceKind
from netwatch.pollers.gear.rules import Convert, State

Words = Mapping[str, Any]
"""What a profile's file says, as plain keys and values."""
Steps = tuple[str | int, ...]
"""Keys and places in lists, from the top of the file."""
_UNKNOWN: Final = re.compile(r"unexpected keyword argument '(\w+)'")
_MISSING: Final = re.compile(r"missing \d+ required .*?: '(\w+)'")
_NO_MEMBER: Final = re.compile(r"(.*) is not a valid (\w+)", re.DOTALL)
_WORDS: Final = {
    one.__name__: tuple(str(member.value) for member in one) for one in (Convert, DeviceKind, State)
}
SHAPE: Final = "this has another shape than what belongs here: a list, a mapping or a single value"
_TRAILING: Final = "_"
"""Behind a field's name that would be a word of Python: ``is_`` is ``is`` in the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """One mistake. ``word`` is one that nobody knows, ``known`` what could stand there."""

    steps: Steps = ()
    text: str
    word: str = ""
    known: tuple[str, ...] = ()
    remedy: str = ""
    of_key: bool = False
    """Whether the last step is a key that should not be there, and not what stands behind it."""

    def __str__(self) -> str:
        place = "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in self.steps)
        some = f": one of {', '.join(self.known)}" if self.known and not self.of_key else ""
        return f"{self.text}{some}{place and f' @ {place.lstrip(chr(46))}'}"


def of_validation(fault: BaseException, steps: Steps = ()) -> Iterator[Wrong]:
    """Take apart what cattrs found, each mistake with its place."""
    if isinstance(fault, ClassValidationError | IterableValidationError):
        noted, bare = fault.group_exceptions()
        for inner, note in noted:
            step = note.name.rstrip(_TRAILING) if hasattr(note, "name") else note.index
            if isinstance(inner, ClassValidationError | IterableValidationError):
                yield from of_validation(inner, (*steps, step))
            else:
                yield _of(inner, note.type, (*steps, step))
        for inner in bare:
            yield from _bare(inner, steps)
    else:
        yield from _bare(fault, steps)


def _bare(fault: BaseException, steps: Steps) -> Iterator[Wrong]:
    if isinstance(fault, ForbiddenExtraKeysError):
        known = field_names(fault.cl)
        for key in sorted(fault.extra_fields):
            yield unknown_key(str(key), known, steps)
    else:
        yield _of(fault, None, steps)


def _of(fault: BaseException, wanted: Any, steps: Steps) -> Wrong:
    if isinstance(fault, KeyError):
        return missing_key(str(fault.args[0]), steps[:-1] if steps else ())
    if (found := _NO_MEMBER.fullmatch(str(fault))) is not None:
        said, known = found[1].strip("'\""), _WORDS.get(found[2], ())
        return Wrong(steps=steps, text=f"{said!r} cannot stand here", word=said, known=known)
    own = type(fault) in (TypeError, ValueError) and str(fault)
    if not own and isinstance(fault, AttributeError | TypeError):
        own = SHAPE
    return Wrong(steps=steps, text=own or format_exception(fault, wanted))


def of_reading(fault: Exception, steps: Steps, classes: Sequence[type] = ()) -> Wrong:
    """Word what kept a part of a file from being read into one of ``classes``."""
    text = str(fault)
    if isinstance(fault, KeyError):
        return missing_key(str(fault.args[0]), steps)
    if (found := _UNKNOWN.search(text)) is not None:
        known = (field_names(one) for one in classes if one.__name__ in text)
        return unknown_key(found[1], next(known, ()), steps)
    if (found := _MISSING.search(text)) is not None:
        return missing_key(found[1], steps)
    if isinstance(fault, WrongError):
        wrong = fault.wrong
        return Wrong(
            steps=(*steps, *wrong.steps), text=wrong.text, word=wrong.word, known=wrong.known,
            remedy=wrong.remedy, of_key=wrong.of_key,
        )  # fmt: skip
    if isinstance(fault, TypeError | AttributeError):
        text = SHAPE
    return Wrong(steps=steps, text=text)


class WrongError(ValueError):
    """A mistake below the part that is being read."""

    def __init__(self, wrong: Wrong) -> None:
        super().__init__(str(wrong))
        self.wrong = wrong


def unknown_key(key: str, known: Sequence[str], steps: Steps = ()) -> Wrong:
    """Return the mistake that a key is, which nobody reads."""
    return Wrong(
        steps=(*steps, key),
        text=f"there is no key {key!r} here",
        word=key,
        known=tuple(known),
        of_key=True,
    )


def missing_key(key: str, steps: Steps = ()) -> Wrong:
    """Return the mistake that a key is missing."""
    return Wrong(steps=steps, text=f"{key!r} is missing here", remedy=f"add it: {key}: ...")


def field_names(cls: type) -> tuple[str, ...]:
    """Return the keys that a value of this class may have in a file."""
    return tuple(field.name.rstrip(_TRAILING) for field in fields(cls))
