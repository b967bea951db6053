"""What each check is measured in, and what physics allows: beyond it there is no reading."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

NO_READING: Final = frozenset(
    {
        *(-(1 << 31), 1 - (1 << 31), (1 << 31) - 2, (1 << 31) - 1, 1 << 31),
        *((1 << 32) - 3, (1 << 32) - 2, (1 << 32) - 1),
        *(-(1 << 15), (1 << 15) - 1, (1 << 16) - 1),
    }
)
"""The ends of the integers' ranges, of 32 bits their neighbours too: some makers tell "none fitted"
from "not known" so."""

NEVER_MINUS_ONE: Final = frozenset({"voltage", "current", "power"})
"""Checks of which a raw -1 says that nothing measures: so PDUs and UPSes of most makers tell it."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A check's unit (UCUM; contract section 6) and the values that can be."""

    unit: str
    least: float
    most: float


MEASURES: Final[Mapping[str, Measure]] = {
    "temperature": Measure("Cel", -60, 150),
    "voltage": Measure("V", -1000, 100_000),
    "current": Measure("A", -1000, 10_000),
    "power": Measure("W", -100_000, 1_000_000),
    "energy": Measure("J", 0, 1e18),
    "fanspeed": Measure("rpm", 0, 60_000),
    "humidity": Measure("%", 0, 100),
    "frequency": Measure("Hz", 0, 1e11),
    "load": Measure("%", 0, 400),
    "charge": Measure("%", 0, 100),
    "runtime": Measure("s", 0, 1e8),
    "dbm": Measure("dBm", -60, 35),
    "snr": Measure("dB", -20, 80),
    "signal": Measure("dBm", -130, 40),
    "noise": Measure("dBm", -140, 0),
    "quality": Measure("%", 0, 100),
    "rate": Measure("bit/s", 0, 1e13),
    "clients": Measure("1", 0, 1e6),
    "cpu": Measure("%", 0, 100),
    "memory": Measure("%", 0, 100),
    "storage": Measure("%", 0, 100),
    "distance": Measure("m", 0, 1e7),
    "delay": Measure("s", 0, 1e6),
    "pressure": Measure("kPa", 0, 1e5),
    "airflow": Measure("m3/h", 0, 1e6),
    "waterflow": Measure("l/min", 0, 1e6),
    "attenuation": Measure("dB", -100, 200),
    "errors": Measure("1", 0, 1e18),
    "count": Measure("1", -1e18, 1e18),
}
"""Every check that a profile may measure."""
