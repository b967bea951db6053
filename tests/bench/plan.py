"""Foresight: what failing a province on paper costs, and whether planted defects are found."""

import resource
import time
from collections.abc import Iterator
from typing import Final

from netwatch.rules import read_rules
from netwatch.service.plan.outcomes import Records
from netwatch.service.plan.planner import Plan, Planner
from tests.bench.report import Table
from tests.seeded import Province, missing, plant

_DEFECTS: Final = 50
_RINGS: Final = 93
_HEAD: Final = ("province", "devices", "elements", "s", "CPU-s", "planted", "found", "besides")


def plan(*, quick: bool) -> Iterator[Table]:
    """Yield the table of a clean province and of one with planted defects."""
    rings = 6 if quick else _RINGS
    rows = [
        _row("clean", rings, 0, seed=1),
        *(_row(f"spoilt, seed {seed}", rings, min(_DEFECTS, rings), seed) for seed in (1, 2)),
    ]
    yield Table(
        title="Failing everything on paper",
        words="Each element of a made-up province fails once in `netwatch plan`; then defects of "
        "fifteen sorts are planted, each in a ring of its own. *besides*: what was told and is no "
        "consequence of them.",
        head=_HEAD,
        rows=rows,
        notes=(
            "promised: 10,000 devices within 60 s, 50 of 50 found, none in the clean one",
            "where the machine is shared with other work, CPU-s tells more than s",
        ),
    )


def _row(name: str, rings: int, defects: int, seed: int) -> tuple[str, ...]:
    province = Province(rings)
    planted = plant(province, defects, seed)
    before, began = _cpu_s(), time.perf_counter()
    found = _planned(province)
    seconds, cpu_s = time.perf_counter() - began, _cpu_s() - before
    told = {(d.kind.value, name) for d in found.defects for name in (d.element, *d.elements)}
    spoilt = {seed_kind for seed_kind, _ in planted}
    besides = [d for d in found.defects if d.kind.value not in spoilt]
    return (
        name,
        f"{len(province.devices):,}",
        f"{found.elements:,}",
        f"{seconds:.1f}",
        f"{cpu_s:.1f}",
        str(len(planted)),
        str(len(planted) - len(missing(planted, iter(told)))),
        str(len(besides)),
    )


def _planned(province: Province) -> Plan:
    network = province.network
    book = read_rules(None, network).rulebook
    if book is None:
        raise AssertionError("the rules that ship are sound")
    return Planner(network, book, Records({}), languages=("pl",)).plan()


def _cpu_s() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)
