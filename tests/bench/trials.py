"""Faults of every kind for the sample town, and what must be found of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from netwatch.model.diagnosis import Diagnosis
from netwatch.model.terms import Cause, IncidentKind

OUTAGE, BLIND, LINE = IncidentKind.OUTAGE, IncidentKind.BLIND, IncidentKind.LINE
DEGRADED, FLAPPING = IncidentKind.DEGRADED, IncidentKind.FLAPPING
TOLD_AT_MOST: Final = 3
"""So many of ``also_possible`` are read before it is no answer any more."""
FELT: Final = frozenset({OUTAGE, IncidentKind.PARTIAL, LINE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaking:
    """One thing to break, as ``netwatch lab break`` is told it."""

    element: str
    kind: str
    options: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An incident that must be found: any of these elements, of one of these kinds."""

    roots: frozenset[str]
    """All of them, or any where ``any_root``; with one each is the same thing."""
    kinds: frozenset[IncidentKind] = frozenset({OUTAGE})
    causes: frozenset[Cause] = frozenset()
    """``unknown`` is honest everywhere; empty: any."""
    any_root: bool = False

    def is_met_by(self, diagnosis: Diagnosis) -> bool:
        """Say whether a diagnosis names what was broken and the right cause of it."""
        named = {*diagnosis.root_cause, *diagnosis.also_possible[:TOLD_AT_MOST]}
        met = bool(self.roots & named) if self.any_root else self.roots <= named
        honest = not self.causes or diagnosis.cause in {*self.causes, Cause.UNKNOWN}
        return met and honest and diagnosis.kind in self.kinds


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A fault, and the incidents that must come of it: none where netwatch must keep quiet."""

    name: str
    breaks: tuple[Breaking, ...]
    wanted: tuple[Wanted, ...]
    felt: bool = True
    """Whoever is without service must be named; not so where netwatch itself is blind, or where
    light fades: the lab does not count whom that takes."""


def _trial(
    name: str,
    element: str,
    kind: str,
    roots: str = "",
    *,
    kinds: Sequence[IncidentKind] = (OUTAGE,),
    causes: Sequence[Cause] = (),
    felt: bool = True,
    **options: float,
) -> Trial:
    """Describe a fault of one element; ``roots``: other names under which it may be found."""
    wanted = Wanted(
        roots=frozenset([element, *roots.split()]),
        kinds=frozenset(kinds),
        causes=frozenset(causes),
        any_root=True,
    )
    breaking = Breaking(element=element, kind=kind, options=options)
    return Trial(name=name, breaks=(breaking,), wanted=(wanted,), felt=felt)


def _several(name: str, *trials: Trial) -> Trial:
    return Trial(
        name=name,
        breaks=tuple(breaking for one in trials for breaking in one.breaks),
        wanted=tuple(wanted for one in trials for wanted in one.wanted),
    )


_DEVICE = (Cause.DEVICE, Cause.POWER_SITE, Cause.FIBRE)
_FIBRE = (Cause.FIBRE, Cause.DEVICE)
_PON = (Cause.FIBRE, Cause.CARD, Cause.DEVICE)
_MAINS = (Cause.POWER_HOMES,)
_SITE = (Cause.POWER_SITE, Cause.DEVICE)
_OWN_LINE = (LINE, OUTAGE)

_RING_TWICE = Trial(
    name="ring cut twice",
    breaks=(
        Breaking(element="link:l-agg-1-agg-2", kind="cut"),
        Breaking(element="link:l-agg-3-agg-4", kind="cut"),
    ),
    wanted=(Wanted(roots=frozenset({"link:l-agg-1-agg-2", "link:l-agg-3-agg-4"})),),
)
_QUIET = Trial(
    name="OLT hung, yet pings",
    breaks=(Breaking(element="device:olt-gorki", kind="hang"),),
    wanted=(),
    felt=False,
)

THREE_AT_ONCE: Final = _several(
    "three at once",
    _trial("", "link:f-polna", "cut", "device:spl-polna port:olt-polna/0/1/1", causes=_PON),
    _trial("", "device:sw-rynek-2", "dead", "link:agg-1--sw-rynek-2", causes=_DEVICE),
    _trial(
        "",
        "area:sloneczna",
        "power",
        "risk:grid-north device:spl-sloneczna port:olt-gorki/1/2/3",
        causes=_MAINS,
        share=0.9,
    ),
)
"""A fibre, a switch and the mains of a street, far apart: what there is time for in a test."""
TRIALS: Final[tuple[Trial, ...]] = (
    _trial("feeder", "link:f-polna", "cut", "device:spl-polna port:olt-polna/0/1/1", causes=_PON),
    _trial("switch", "device:sw-rynek-2", "dead", "link:agg-1--sw-rynek-2", causes=_DEVICE),
    _trial("link to an OLT", "link:l-olt-gorki", "cut", "device:olt-gorki", causes=_FIBRE),
    _trial(
        "mains of homes",
        "area:mlynska",
        "power",
        "risk:grid-north device:spl-mlynska port:olt-polna/0/1/3",
        causes=_MAINS,
        share=0.8,
    ),
    _trial(
        "link to a switch",
        "link:agg-5--sw-kolejowa-1",
        "cut",
        "device:sw-kolejowa-1",
        causes=_FIBRE,
    ),
    _trial(
        "port",
        "port:olt-gorki/1/2/1",
        "dead",
        "device:spl-gorki link:olt-gorki--spl-gorki",
        causes=_PON,
    ),
    _trial("OLT", "device:olt-polna", "dead", "link:l-olt-polna", causes=_DEVICE),
    _trial(
        "splitter, second stage",
        "device:spl-lipowa-2",
        "dead",
        "link:spl-lipowa--spl-lipowa-2",
        causes=_PON,
    ),
    _trial("our own way out", "self", "cut", kinds=(BLIND,), felt=False),
    _trial("duct of ring and feeders", "risk:duct-polna", "cut", causes=_FIBRE),
    _trial("ring, one fibre", "link:l-agg-4-agg-5", "cut", kinds=(DEGRADED,), felt=False),
    _trial(
        "link between switches",
        "link:sw-kolejowa-1--sw-kolejowa-2",
        "cut",
        "device:sw-kolejowa-2",
        causes=_FIBRE,
    ),
    _trial(
        "splitter, first stage",
        "device:spl-lesna",
        "dead",
        "link:olt-gorki--spl-lesna port:olt-gorki/1/2/2",
        causes=_PON,
    ),
    _trial("switch of the ring", "device:agg-3", "dead", causes=_DEVICE),
    _trial(
        "a customer's router", "device:cpe-002", "dead", "link:cpe-002--sw-rynek-1", kinds=_OWN_LINE
    ),
    _trial(
        "fibre that flaps",
        "link:l-olt-nadrzecze",
        "flap",
        "device:olt-nadrzecze",
        kinds=(FLAPPING, OUTAGE),
        period_s=15,
    ),
    Trial(
        name="card",
        breaks=(Breaking(element="port:olt-nadrzecze/0/1", kind="dead"),),
        wanted=(
            Wanted(
                roots=frozenset(f"port:olt-nadrzecze/0/1/{port}" for port in range(3)),
                causes=frozenset((Cause.CARD, Cause.DEVICE)),
            ),
        ),
    ),
    _trial(
        "cabinet without mains",
        "site:szafa-rynek",
        "power",
        "risk:grid-north device:sw-rynek-1",
        causes=_SITE,
    ),
    _RING_TWICE,
    _trial(
        "feeder in the second duct",
        "link:f-zamkowa",
        "cut",
        "device:spl-zamkowa port:olt-nadrzecze/0/1/2",
        causes=_PON,
    ),
    _several(
        "two at once",
        _trial("", "device:sw-kolejowa-1", "dead", "link:agg-5--sw-kolejowa-1", causes=_DEVICE),
        _trial("", "link:f-dabrowa", "cut", "device:spl-dabrowa port:olt-polna/0/1/0", causes=_PON),
    ),
    _trial(
        "mains of homes that gasp",
        "area:sloneczna",
        "power",
        "risk:grid-north device:spl-sloneczna port:olt-gorki/1/2/3",
        causes=_MAINS,
        share=0.9,
    ),
    _trial("our own cable", "self", "unplugged", kinds=(BLIND,), felt=False),
    _trial(
        "site whose battery ends",
        "site:pop-nadrzecze",
        "battery",
        "device:agg-4 risk:grid-south",
        causes=_SITE,
        minutes=0.7,
    ),
    _QUIET,
    _trial(
        "switch that flaps",
        "device:sw-kolejowa-2",
        "flap",
        "link:sw-kolejowa-1--sw-kolejowa-2",
        kinds=(FLAPPING, OUTAGE),
        period_s=15,
    ),
    _trial(
        "an ONU's fibre", "link:onu-130--spl-nadrzecze-5", "cut", "device:onu-130", kinds=_OWN_LINE
    ),
    _trial(
        "light that fades",
        "link:f-zamkowa",
        "optics",
        "device:spl-zamkowa port:olt-nadrzecze/0/1/2",
        causes=_PON,
        felt=False,
        db_per_minute=60,
    ),
    _trial(
        "port of flats and houses",
        "port:olt-polna/0/1/2",
        "dead",
        "device:spl-ogrodowa link:olt-polna--spl-ogrodowa",
        causes=_PON,
    ),
    _trial(
        "link of the ring to the core", "link:l-core-1-agg-1", "cut", kinds=(DEGRADED,), felt=False
    ),
)
"""In an order in which neighbours of one another do not break one after the other."""
