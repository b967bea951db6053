"""What can break in the lab: kinds of faults, what they may be done to, and how they are named."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from netwatch.model.faults import NetwatchError


class LabError(NetwatchError):
    """The lab was asked for something it cannot do; the message names the way out."""


class LabRefusedError(NetwatchError):
    """This machine's kernel does not let a lab be built."""

    exit_code = 3


class LabGoneError(LabError):
    """No lab is there to be asked."""

    exit_code = 3


class Kind(StrEnum):
    """How something breaks."""

    DEAD = "dead"
    CUT = "cut"
    POWER = "power"
    BATTERY = "battery"
    FLAP = "flap"
    LOSS = "loss"
    LATENCY = "latency"
    OPTICS = "optics"
    HANG = "hang"
    SLOW = "slow"
    STALE = "stale"
    UNPLUGGED = "unplugged"


MEANINGS: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        Kind.DEAD: "stops: a device, a port, a card (port:DEVICE/CARD), a risk",
        Kind.CUT: "passes nothing: a link, a risk, our own way out (self)",
        Kind.POWER: "mains fail: batteries carry what they back, homes gasp",
        Kind.BATTERY: "mains fail with a battery nearly empty (--minutes)",
        Kind.FLAP: "breaks and mends itself again and again (--period)",
        Kind.LOSS: "loses a share of the packets (--share)",
        Kind.LATENCY: "lets answers come late (--ms)",
        Kind.OPTICS: "lets the light fade (--db-per-minute)",
        Kind.HANG: "its SNMP agent falls silent, ping still answers",
        Kind.SLOW: "its SNMP agent takes 20 to 45 s over each answer (--ms, and up to twice that)",
        Kind.STALE: "its SNMP agent shows its maker's tables up to 60 s old (--period)",
        Kind.UNPLUGGED: "our own cable is out (self): nothing can even be asked",
    }
)

FITTING: Final[Mapping[str, tuple[Kind, ...]]] = MappingProxyType(
    {
        "device": (
            Kind.DEAD,
            Kind.POWER,
            Kind.BATTERY,
            Kind.FLAP,
            Kind.LOSS,
            Kind.LATENCY,
            Kind.OPTICS,
            Kind.HANG,
            Kind.SLOW,
            Kind.STALE,
        ),
        "link": (Kind.CUT, Kind.FLAP, Kind.LOSS, Kind.LATENCY, Kind.OPTICS),
        "port": (Kind.DEAD, Kind.FLAP, Kind.OPTICS),
        "risk": (Kind.CUT, Kind.DEAD, Kind.POWER, Kind.BATTERY, Kind.FLAP),
        "site": (Kind.POWER, Kind.BATTERY),
        "area": (Kind.POWER,),
        "self": (Kind.CUT, Kind.UNPLUGGED, Kind.FLAP, Kind.LOSS, Kind.LATENCY),
    }
)
"""By the word before the colon; the first kind is the one meant where none is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing broken in one way."""

    element: str
    """As answers name it (``link:l-1``), or ``site:ID``, ``area:ID`` for the mains there."""
    kind: Kind
    share: float = 1.0
    """loss: of the packets; power: of the homes whose ONU still says that it dies."""
    ms: float = 200.0
    period_s: float = 20.0
    """flap: so long broken, then so long whole."""
    db_per_minute: float = 1.0
    minutes: float | None = None
    """How long batteries last, when not as long as the inventory says."""


LIMITS: Final[Mapping[str, tuple[float, float]]] = MappingProxyType(
    {
        "share": (0.0, 1.0),
        "ms": (0.0, 60_000.0),
        "period_s": (0.2, 86_400.0),
        "db_per_minute": (0.001, 6_000.0),
        "minutes": (0.0, 10_000.0),
    }
)
USUAL: Final[Mapping[Kind, tuple[str, float]]] = MappingProxyType(
    {Kind.SLOW: ("ms", 20_000.0), Kind.STALE: ("period_s", 60.0)}
)
"""Numbers of kinds for which what is usual of others makes no sense."""
BATTERY_MINUTES: Final = 2.0
"""What is left in a battery that is nearly empty."""
OPTIONS: Final = tuple(
    field.name for field in fields(Fault) if field.name not in ("element", "kind")
)


def known(element: str, elements: Iterable[str]) -> str:
    """Return ``element`` when it is one of ``elements``.

    Raises:
        LabError: there is no such element; the message names the nearest one.
    """
    names = elements if isinstance(elements, (set, frozenset, dict)) else set(elements)
    if element in names:
        return element
    near = get_close_matches(element, names, n=1) or get_close_matches(
        element.partition(":")[2] or element, (name.partition(":")[2] for name in names), n=1
    )
    if near and near[0] not in names:
        near = [name for name in names if name.partition(":")[2] == near[0]][:1]
    way = f"did you mean {near[0]!r}?" if near else "name it device:ID, link:ID or port:DEV/PORT"
    raise LabError(f"{element!r} is not in the inventory; {way}")


def fault_of(
    element: str,
    kind: str | None,
    elements: Iterable[str],
    options: Mapping[str, float] = MappingProxyType({}),
) -> Fault:
    """Return the fault that a person asked for.

    Raises:
        LabError: no such element, no such kind, a kind that does not fit, a number out of range.
    """
    known(element, elements)
    fitting = FITTING[element.partition(":")[0]]
    chosen = fitting[0] if kind is None else _kind(kind)
    if chosen not in fitting:
        raise LabError(
            f"{element} cannot break by {str(chosen)!r}; it can by: {', '.join(fitting)}"
        )
    for name, number in options.items():
        _within(name, number)
    numbers = dict(options)
    if chosen in USUAL:
        name, number = USUAL[chosen]
        numbers.setdefault(name, number)
    if chosen is Kind.BATTERY:
        chosen = Kind.POWER
        numbers.setdefault("minutes", BATTERY_MINUTES)
    return Fault(element=element, kind=chosen, **numbers)


def _kind(text: str) -> Kind:
    try:
        return Kind(text)
    except ValueError:
        near = get_close_matches(text, [str(kind) for kind in Kind], n=1)
        way = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(Kind)}"
        raise LabError(f"nothing breaks by {text!r}; {way}") from None


def _within(name: str, number: float) -> None:
    if name not in LIMITS:
        near = get_close_matches(name, LIMITS, n=1)
        way = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(LIMITS)}"
        raise LabError(f"a fault has no {name!r}; {way}")
    least, most = LIMITS[name]
    if not least <= number <= most:
        raise LabError(f"{name} is {number:g}; it must lie between {least:g} and {most:g}")
