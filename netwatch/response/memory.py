"""State <-> plain JSON values, for snapshots: what was decided, nothing else."""

from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from cattrs.preconf.json import make_converter

from netwatch.model.facts import PublishHeld
from netwatch.model.names import NoticeKey
from netwatch.model.plain import from_plain as from_plain_value
from netwatch.model.plain import to_plain as to_plain_value
from netwatch.response.cases import Case
from netwatch.response.planned import Promise
from netwatch.response.state import State


@dataclass(frozen=True, slots=True)
class Remembered:
    """The decided part of ``State``, in the shape of a snapshot."""

    cases: list[Case]
    owed: set[NoticeKey]
    held: PublishHeld | None
    troubles: dict[str, datetime]
    trouble_counts: Counter[str]
    promised: list[dict[str, Any]] = field(default_factory=list)
    """Planned works, as plain values."""


_CONVERTER: Final = make_converter(
    unstruct_collection_overrides={AbstractSet: sorted, Counter: dict}
)


def to_plain(state: State) -> dict[str, Any]:
    """Return what was decided as plain JSON values."""
    remembered = Remembered(
        cases=list(state.cases.values()),
        owed=state.owed,
        held=state.held,
        troubles=state.troubles,
        trouble_counts=state.trouble_counts,
        promised=[to_plain_value(one) for _, one in sorted(state.promised.items())],
    )
    plain: dict[str, Any] = _CONVERTER.unstructure(remembered)
    return plain


def from_plain(state: State, plain: Mapping[str, Any]) -> None:
    """Take back what ``to_plain`` gave; the state's rules stay."""
    remembered = _CONVERTER.structure(plain, Remembered)
    state.cases = {case.incident: case for case in remembered.cases}
    state.owed = remembered.owed
    state.seen_blinded = None
    state.held = remembered.held
    state.troubles = remembered.troubles
    state.trouble_counts = remembered.trouble_counts
    promised = [from_plain_value(row, Promise) for row in remembered.promised]
    state.promised = {one.maintenance: one for one in promised}
