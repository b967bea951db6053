"""Facts and arrivals <-> plain JSON values. Fields are only added: old values are read for ever."""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from types import UnionType
from typing import Any, Final, TypeVar, Union, get_args, get_origin

from cattrs import BaseValidationError, Converter
from cattrs.strategies import configure_tagged_union

from netwatch.model.evidence import Because
from netwatch.model.facts import Fact

FACT_KINDS: Final[Mapping[str, type[Fact]]] = {kind.__name__: kind for kind in get_args(Fact)}
"""Every kind of fact by its name, which is for ever."""

SCALARS: Final = frozenset({str, int, float})

Value = TypeVar("Value")


class PlainError(ValueError):
    """These values are not what they were taken for."""


def to_plain(value: object) -> Any:
    """Return JSON values: moments as ISO text, spans as seconds, evidence tagged by ``is``."""
    return _converter.unstructure(value)


def from_plain(plain: object, kind: type[Value]) -> Value:
    """Return the value of this kind that ``to_plain`` made these values of.

    Fields that this netwatch does not know are left out; missing ones take their defaults.

    Raises:
        PlainError: the values do not fit.
    """
    try:
        return _converter.structure(plain, kind)
    except (BaseValidationError, ValueError, TypeError, KeyError, OverflowError) as fault:
        raise PlainError(f"{kind.__name__}: {fault}") from fault


def fact_to_plain(fact: Fact) -> dict[str, Any]:
    """Return a fact as JSON values, its kind under ``fact``."""
    return {"fact": type(fact).__name__, **to_plain(fact)}


def fact_from_plain(plain: Mapping[str, Any], kind: str | None = None) -> Fact:
    """Return the fact that these values were made of.

    Raises:
        PlainError: they are no fact that this netwatch knows.
    """
    name = str(plain.get("fact", "")) if kind is None else kind
    if name not in FACT_KINDS:
        raise PlainError(f"no kind of fact is called {name!r}")
    fact: Fact = from_plain(plain, FACT_KINDS[name])
    return fact


def _plain_number(number: float) -> float | str:
    return number if math.isfinite(number) else str(number)


def _number(plain: object, _: object) -> float:
    if isinstance(plain, bool) or not isinstance(plain, int | float | str):
        raise TypeError(f"{plain!r} is no number")
    return float(plain)


def _moment(plain: object, _: object) -> datetime:
    moment = datetime.fromisoformat(str(plain))
    if moment.tzinfo is None:
        raise ValueError(f"{plain!r} has no timezone")
    return moment


def _span(plain: object, _: object) -> timedelta:
    return timedelta(seconds=_number(plain, None))


def _is_exactly(kind: type, asked: Any) -> bool:
    """Say whether ``asked`` is ``kind`` or a NewType of it; a StrEnum is a str too, but its own."""
    return getattr(asked, "__supertype__", asked) is kind


def _strictly(kind: type, plain: object, _: object) -> Any:
    if not isinstance(plain, kind) or (isinstance(plain, bool) and kind is not bool):
        raise TypeError(f"{plain!r} is no {kind.__name__}")
    return plain


def _is_scalar_union(asked: Any) -> bool:
    """Say whether ``asked`` is a choice of scalars, such as a sample's value."""
    choices = set(get_args(asked)) - {type(None)}
    return get_origin(asked) in (Union, UnionType) and len(choices) > 1 and choices <= SCALARS


def _scalar(plain: object, asked: Any) -> Any:
    choices = get_args(asked)
    if isinstance(plain, bool) or not isinstance(plain, (*choices, int)):
        raise TypeError(f"{plain!r} is none of {asked}")
    return plain


def _configured() -> Converter:
    converter = Converter(forbid_extra_keys=False, detailed_validation=False)
    converter.register_unstructure_hook(datetime, datetime.isoformat)
    converter.register_structure_hook(datetime, _moment)
    converter.register_unstructure_hook(timedelta, timedelta.total_seconds)
    converter.register_structure_hook(timedelta, _span)
    converter.register_unstructure_hook(float, _plain_number)
    converter.register_structure_hook(float, _number)
    for kind in (str, int, bool):
        converter.register_structure_hook_func(partial(_is_exactly, kind), partial(_strictly, kind))
    converter.register_structure_hook_func(_is_scalar_union, _scalar)
    configure_tagged_union(Because, converter, tag_name="is")
    return converter


_converter: Final = _configured()
