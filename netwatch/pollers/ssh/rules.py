"""What a platform's file may say: which commands may be sent, and what their answers mean.

A file holds knowledge, no language. Every field of these values is a key of the YAML file; what
stands in braces is a column of the rows into which the command's template takes the answer apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from netwatch.model.names import CheckName
from netwatch.pollers.gear.rules import State

Row = Mapping[str, str | list[str]]
"""A row of an answer: column, in small letters, -> text."""


class Every(StrEnum):
    """How often the service asks by itself."""

    METRICS = "metrics"
    INVENTORY = "inventory"
    NEVER = "never"
    """Only a person asks it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """A row counts only if another column says so; case does not count."""

    column: str
    is_: tuple[str, ...] = ()
    """One of these (in the file: ``is``)."""
    not_: tuple[str, ...] = ()
    """None of these (in the file: ``not``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorRule:
    """A column that measures, or tells a state."""

    check: str = "state"
    """Contract section 6: temperature, voltage, ..., or ``state`` where there are ``states``."""
    value: str
    """The column; the first number in its text counts."""
    part: str = ""
    """What is measured, as in ``slot {slotid}``."""
    scale: float = 1.0
    milliwatts: bool = False
    """The number is a power in mW, the value is in dBm."""
    zero: bool = True
    """Whether a 0 is a reading."""
    states: Mapping[str, State] | None = None
    """Makes it a state: word -> state; others are left out."""
    otherwise: State | None = None
    """The state of words that ``states`` does not list."""
    where: tuple[Where, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PortRule:
    """A row a port, and how it stands."""

    name: str
    oper: str
    """The column that tells the state."""
    states: Mapping[str, str]
    """Word -> up, down (or another word of IF-MIB); case and a colon behind it do not count."""
    admin: str = ""
    admin_states: Mapping[str, str] | None = None
    alias: str = ""
    where: tuple[Where, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OnuRule:
    """A row an ONU."""

    port: str
    number: str
    state: str
    states: Mapping[str, str]
    """Word -> online, los, dying-gasp, offline, disabled."""
    serial: str = ""
    cause: str = ""
    """The column that says why it was last down; counts where the state is offline."""
    causes: Mapping[str, str] | None = None
    """Word in it (anywhere, regardless of case) -> los, dying-gasp, disabled; else offline."""
    readings: Mapping[str, str] | None = None
    """``rx_dbm`` and others -> column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NeighbourRule:
    """A row a neighbour: the port here, the device and the port there."""

    part: str
    device: tuple[str, ...]
    """Columns; the first that has text counts."""
    port: tuple[str, ...]
    by: str = "lldp"


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRule:
    """One number about the whole device: a sample of its own, like ``sessions.count``."""

    check: CheckName
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One thing that may be said to such a device, and how its answer is understood."""

    say: str
    """``show interfaces <port> status``: what stands in angle brackets is filled in by a person."""
    every: Every = Every.NEVER
    template: str = ""
    """An own template; else that of ntc-templates."""
    sensors: tuple[SensorRule, ...] = ()
    ports: PortRule | None = None
    onus: OnuRule | None = None
    neighbours: NeighbourRule | None = None
    counts: tuple[CountRule, ...] = ()
    identity: Mapping[str, str] | None = None
    """``model``, ``version``, ``serial``, ``os``, ``name`` -> column of the first row that has
    text."""
    source: str = ""

    @property
    def means_something(self) -> bool:
        """Say whether its answer is more than rows to read."""
        return bool(
            self.sensors
            or self.ports
            or self.onus
            or self.neighbours
            or self.counts
            or self.identity
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """One kind of command line."""

    id: str
    title: str
    vendor: str
    os: str = ""
    netmiko: str
    """What netmiko calls it."""
    privileged: bool = False
    """Some of its commands are known only after ``enable``."""
    commands: tuple[Command, ...] = ()
    sure: str = ""
    """How sure the knowledge is, where that is less than "seen in recordings"."""
