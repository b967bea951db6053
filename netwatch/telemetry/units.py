"""Check -> its unit, and whether it counts. Pure; only names are known of a measurement."""

from dataclasses import dataclass
from typing import Final

from netwatch.telemetry.vital_signs import DECLARED, Kind, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What a check's numbers mean to a person."""

    unit: str = ""
    factor: float = 1.0
    """What a raw value, or a rate, is multiplied with to be in ``unit``."""
    counts: bool | None = None
    """Whether only its rate says anything; None: that is to be seen from the values."""


_COUNTED: Final = {
    "octets": Measure(unit="bit/s", factor=8.0, counts=True),
    "packets": Measure(unit="packets/s", counts=True),
    "pkts": Measure(unit="packets/s", counts=True),
    "errors": Measure(unit="errors/s", counts=True),
    "discards": Measure(unit="discards/s", counts=True),
    "changes": Measure(unit="changes/s", counts=True),
}
_ENDINGS: Final = {
    "dbm": "dBm",
    "db": "dB",
    "snr": "dB",
    "ms": "ms",
    "icmp": "ms",
    "rtt": "ms",
    "loss": "%",
    "jitter": "ms",
    "bps": "bit/s",
    "temperature": "°C",
    "celsius": "°C",
    "voltage": "V",
    "v": "V",
    "a": "A",
    "w": "W",
    "hz": "Hz",
    "frequency": "Hz",
    "fanspeed": "rpm",
    "rpm": "rpm",
    "humidity": "%",
    "load": "%",
    "charge": "%",
    "cpu": "%",
    "memory": "%",
    "storage": "%",
    "percent": "%",
    "distance": "m",
    "m": "m",
    "s": "s",
    "uptime": "s",
    "runtime": "s",
    "up": "1 = up",
    "state": "1 = up",
    "oper": "1 = up",
}
_OUR_UNITS: Final = {Unit.SECONDS: "s", Unit.OCTETS: "B", Unit.RATIO: "", Unit.COUNT: ""}
_OURS: Final = {sign.name: sign for sign in DECLARED}


def measure_of(check: str) -> Measure:
    """Return what a check's numbers mean, from the last word of its name: ``port.in_octets``."""
    sign = _OURS.get(check)
    if sign is not None:
        return Measure(unit=_OUR_UNITS[sign.unit], counts=sign.kind is Kind.COUNTER)
    last = check.lower().replace(".", "_").rpartition("_")[2]
    if last in _COUNTED:
        return _COUNTED[last]
    for ending, measure in _COUNTED.items():
        if last.endswith(ending):  # ifHCInOctets
            return measure
    unit = _ENDINGS.get(last)
    return Measure() if unit is None else Measure(unit=unit, counts=False)


def scaled(value: float, unit: str) -> str:
    """Write a number as a person reads it: 9.41 Gbit/s, -21.5 dBm, 13.2 M."""
    if unit in ("dBm", "dB", "°C", "%", "1 = up") or value == 0:
        return f"{value:.4g} {unit}".strip()
    for prefix, size in _PREFIXES:
        if abs(value) >= size and (size >= 1 or unit in ("s", "A", "V", "W")):
            return f"{value / size:.4g} {prefix}{unit}".strip()
    return f"{value:.3g} {unit}".strip()


_PREFIXES: Final = (
    ("T", 1e12),
    ("G", 1e9),
    ("M", 1e6),
    ("k", 1e3),
    ("", 1.0),
    ("m", 1e-3),
    ("µ", 1e-6),
)
