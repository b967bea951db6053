"""Arrivals and vital signs -> batches: which number is written under which name. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from math import isfinite
from typing import Final

from netwatch.model.arrivals import Answered, Outcome, Readings, Sample
from netwatch.model.names import DeviceId, SiteId
from netwatch.telemetry.batch import LARGEST, SMALLEST, Batch
from netwatch.telemetry.vital_signs import Vitals

STATES: Final[Mapping[str, int]] = {
    "up": 1,
    "on": 1,
    "online": 1,
    "down": 0,
    "off": 0,
    "offline": 0,
    "los": -1,
    "dying-gasp": -2,
    "disabled": -3,
}
"""The number that stands for a state: above 0 it works, at 0 and below it does not."""
REACHED: Final = frozenset({"icmp", "snmp"})
"""Checks whose silence is worth a curve: ``icmp.up`` and ``snmp.up`` are 1 or 0."""
_ECHO: Final = "icmp"
_ECHO_CHECKS: Final = ("icmp.up", "icmp")
_NO_PARTS: Final = ("", "")
OURSELVES: Final = DeviceId("netwatch")
"""The device that netwatch's own vital signs bear."""

LONGEST: Final = 200
"""No name of a part is longer; what a device calls a port is its own choice."""

Number = float | int


def of_sample(sample: Sample, site: SiteId | None) -> Batch | None:
    """Return what a sample says in numbers; None when it says nothing (blind, a foreign word)."""
    checks: list[str] = []
    values: list[Number] = []
    if sample.check in REACHED and sample.outcome is not Outcome.BLIND:
        checks.append(f"{sample.check}.up")
        values.append(int(sample.outcome is Outcome.ANSWERED))
    if sample.outcome is Outcome.ANSWERED:
        normal = f"{sample.check}.normal"
        for check, said in ((sample.check, sample.value), (normal, sample.normal)):
            number = STATES.get(said) if isinstance(said, str) else said
            if number is not None and is_kept(number):
                checks.append(check)
                values.append(number)
    if not values:
        return None
    return Batch(
        at_s=seconds(sample.at),
        device=sample.device,
        site=site,
        checks=tuple(checks),
        parts=(_plain(sample.part or ""),) * len(values),
        values=tuple(values),
    )


def of_answered(
    answered: Answered, site_of: Callable[[DeviceId], SiteId | None]
) -> Iterator[Batch]:
    """Yield what its samples say in numbers; of echoes, which are most, without making them."""
    at_s = seconds(answered.at)
    rows = zip(answered.devices, answered.checks, answered.values, strict=True)
    for row, (device, check, value) in enumerate(rows):
        if check == _ECHO and isinstance(value, float) and isfinite(value):
            yield Batch(
                at_s=at_s,
                device=device,
                site=site_of(device),
                checks=_ECHO_CHECKS,
                parts=_NO_PARTS,
                values=(1, value),
            )
        else:
            batch = of_sample(answered.sample(row), site_of(device))
            if batch is not None:
                yield batch


def of_readings(readings: Readings, site: SiteId | None) -> Batch | None:
    """Return the measurements of a poll; each column is a check of its own: ``CHECK.COLUMN``.

    Of parts that bear the same name the second becomes ``NAME#2``, as with links.
    """
    parts = _told_apart(readings.parts)
    checks: list[str] = []
    kept: list[str] = []
    values: list[Number] = []
    for column, numbers in readings.columns.items():
        check = f"{readings.check}.{column}"
        before = len(values)
        for part, number in zip(parts, numbers, strict=False):
            if number is not None and is_kept(number):
                kept.append(part)
                values.append(number)
        checks.extend([check] * (len(values) - before))
    if not values:
        return None
    return Batch(
        at_s=seconds(readings.at),
        device=readings.device,
        site=site,
        checks=tuple(checks),
        parts=tuple(kept),
        values=tuple(values),
    )


def of_vitals(vitals: Vitals, at: datetime) -> Batch | None:
    """Return netwatch's own numbers; a sign's tags make up the part: ``subscribers/website``."""
    rows = [
        (sign.name, "/".join(tags), number)
        for (sign, tags), number in vitals.values.items()
        if is_kept(number)
    ]
    if not rows:
        return None
    checks, parts, values = zip(*rows, strict=True)
    return Batch(at_s=seconds(at), device=OURSELVES, checks=checks, parts=parts, values=values)


def seconds(at: datetime) -> int:
    """Return the whole second of a moment."""
    return int(at.timestamp())


def is_kept(number: Number) -> bool:
    """Say whether a sink can keep this number: finite, and no more than 64 bits if whole."""
    if isinstance(number, float):
        return isfinite(number)
    return SMALLEST <= number <= LARGEST and not isinstance(number, bool)


def _told_apart(names: Sequence[str]) -> Sequence[str]:
    if names and (max(map(len, names)) > LONGEST or not _is_unicode("".join(names))):
        names = tuple(map(_plain, names))
    return names if len(set(names)) == len(names) else tuple(_numbered(names))


def _plain(name: str) -> str:
    """Return a name that can be written as UTF-8: devices may say anything."""
    short = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
    return short if _is_unicode(short) else short.encode(errors="replace").decode()


def _is_unicode(text: str) -> bool:
    """Say whether there is no half of a surrogate pair in a text."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _numbered(names: Sequence[str]) -> Iterator[str]:
    taken = set(names)
    seen: dict[str, int] = {}
    for name in names:
        count = seen.get(name, 0) + 1
        told = name if count == 1 else f"{name}#{count}"
        while count > 1 and told in taken:
            count += 1
            told = f"{name}#{count}"
        seen[name] = count
        taken.add(told)
        yield told
