"""A mapping file (YAML) -> which of their columns is which of our fields; mistakes by place."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final

import yaml
from pydantic import BeforeValidator, ConfigDict, TypeAdapter, ValidationError, with_config

from netwatch.model.faults import ConfigError, Place

LARGEST: Final = 1_000_000
SHUT: Final = ConfigDict(extra="forbid", arbitrary_types_allowed=True)


def _pattern(value: object) -> re.Pattern[str]:
    if not isinstance(value, str):
        raise ValueError("must be a text")  # noqa: TRY004 - pydantic tells ValueErrors
    try:
        pattern = re.compile(value)
    except re.error as fault:
        raise ValueError(f"is no pattern: {fault}") from None
    if pattern.groups > 1:
        raise ValueError("has several groups; put the wanted part in one, the rest in (?: )")
    return pattern


def _delimiter(value: object) -> object:
    if value and (not isinstance(value, str) or len(value) > 1 or value in '"\r\n'):
        raise ValueError(
            'must be one character, no quote; a tab is written "\\t", in double quotes'
        )
    return value


def _several(value: object) -> object:
    return (value,) if isinstance(value, str | dict) else value


@with_config(SHUT)
@dataclass(frozen=True, slots=True, kw_only=True)
class From:
    """Where one of our fields comes from: a column, columns joined, or a constant."""

    column: str = ""
    join: tuple[str, ...] = ()
    """Columns put together; blank ones are left out."""
    by: str = " "
    constant: str | None = None
    pattern: Annotated[re.Pattern[str] | None, BeforeValidator(lambda v: v and _pattern(v))] = None
    """What of the cell is wanted: its group, else all that it finds; without a find, nothing."""
    values: Mapping[str, str] = field(default_factory=dict)
    """Their word -> ours."""

    def __post_init__(self) -> None:
        """Require just one source."""
        if sum((bool(self.column), bool(self.join), self.constant is not None)) != 1:
            raise ValueError("needs one of: column, join, constant")

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns that it reads."""
        return self.join or ((self.column,) if self.column else ())


def _from(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


@with_config(SHUT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One table of theirs, and what it fills."""

    file: Annotated[tuple[str, ...], BeforeValidator(_several)]
    """CSV or XLSX, relative to the mapping; several are read one after the other."""
    columns: Mapping[str, Annotated[From, BeforeValidator(_from)]]
    sheet: str = ""
    """XLSX: the sheet's name; else the first."""
    encoding: str = "utf-8-sig"
    delimiter: Annotated[str, BeforeValidator(_delimiter)] = ""
    """CSV: else the one of ; tab , that stands most often in the first line."""
    open_end: bool = False
    """CSV: whoever writes it never ends the last line, so that this is no sign of a cut."""
    skip: Annotated[
        tuple[From, ...], BeforeValidator(lambda v: [v] if isinstance(v, dict) else v)
    ] = ()
    """Rows in which one of these finds something are left out."""


@with_config(SHUT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Sheets:
    """The whole mapping."""

    gear: Sheet | None = None
    wires: Sheet | None = None
    lines: Sheet | None = None
    contacts: Sheet | None = None


_SHEETS: Final = TypeAdapter(Sheets)


def read_mapping(path: Path) -> Sheets:
    """Return the mapping in ``path``.

    Raises:
        ConfigError: it cannot be used; the place of the first mistake is told.
    """
    try:
        raw = path.read_bytes()[:LARGEST]
        node = yaml.compose(raw, Loader=yaml.CSafeLoader)
        said = yaml.load(raw, Loader=yaml.CSafeLoader)
    except OSError as fault:
        raise ConfigError(
            Place(str(path)), f"cannot be read: {fault.strerror}", "name it with mapping = FILE"
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as fault:
        mark = getattr(fault, "problem_mark", None)
        place = Place(str(path), mark.line + 1, mark.column + 1) if mark else Place(str(path))
        wrong = f"is no YAML: {getattr(fault, 'problem', None) or 'it cannot be read'}"
        raise ConfigError(place, wrong, "correct this line") from None
    try:
        return _SHEETS.validate_python(said if said is not None else {})
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False)[0]
        steps = [str(step) for step in first["loc"]]
        wrong = f"{'.'.join(steps)}: {first['msg'].removeprefix('Value error, ')}"
        remedy = "see how to read the billing system for what a mapping holds"
        raise ConfigError(_place(path, node, steps), wrong, remedy) from None


def _place(path: Path, node: Any, steps: list[str]) -> Place:
    """Return where the deepest step stands that stands anywhere."""
    mark = node.start_mark if node else None
    for step in steps:
        if isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == step]
            if not found:
                break
            mark, node = found[0][0].start_mark, found[0][1]
        elif (
            isinstance(node, yaml.SequenceNode) and step.isdecimal() and int(step) < len(node.value)
        ):
            node = node.value[int(step)]
            mark = node.start_mark
    return Place(str(path), mark.line + 1, mark.column + 1) if mark else Place(str(path))
