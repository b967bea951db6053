"""What a device profile may say of sensors, identity and recognition: the words of its file.

A profile holds knowledge, no language: which object, which scale, which number means what. Every
field of these values is a key of the YAML file. Object identifiers are numeric; no MIB file is
ever needed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from netwatch.model.network import DeviceKind

Raw = int | str
"""A number or a text as a device sends it."""


class State(StrEnum):
    """What a state sensor says."""

    OK = "ok"
    WARNING = "warning"
    CRITICAL = "critical"
    UNKNOWN = "unknown"


class Convert(StrEnum):
    """Conversions that no factor does."""

    MW_DBM = "mw-dbm"
    UW_DBM = "uw-dbm"
    F_CEL = "f-cel"
    K_CEL = "k-cel"
    SIGNED_8 = "signed-8"
    SIGNED_16 = "signed-16"
    SIGNED_32 = "signed-32"
    FLOAT_BE = "float-be"
    """Four octets of an IEEE 754 number, often inside an OPAQUE."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """A row counts only if another column of it, or an arc of its index, says so."""

    column: str = ""
    arc: int | None = None
    """Instead of a column: this arc of the row's index (from 0; negative: from the end)."""
    is_: tuple[Raw, ...] = ()
    """One of these (in the file: ``is``)."""
    not_: tuple[Raw, ...] = ()
    """None of these (in the file: ``not``); a row that lacks the column counts."""
    like: str = ""
    """A regular expression that the text must match somewhere, regardless of case."""
    arcs: tuple[int, ...] = ()
    """Which arcs of the row's index make up the other column's index; empty: all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """A property of a row that another column tells, by a table."""

    column: str
    values: Mapping[Raw, Raw | float]
    arcs: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """Where the name of a row's part is found: the first column that has text there."""

    columns: tuple[str, ...]
    arcs: tuple[int, ...] = ()
    """Which arcs of the row's index (from 0; negative: from the end) index the name; empty: all."""
    values: Mapping[Raw, str] = field(default_factory=dict)
    """Names for numbers that stand there instead of a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorRule:
    """One object or column that measures, or tells a state, and how to read it."""

    check: str = ""
    """Contract section 6: temperature, voltage, ... or ``state``; or ``check_by`` says."""
    object: str = ""
    """A single object, with its instance (``... .0``)."""
    column: str = ""
    """A column of a table: a sensor a row."""
    part: str = ""
    """What is measured. ``{name}`` of ``names``, ``{index}``, ``{0}``, ``{-1}``: arcs of the index;
    ``{port}``: the interface's name by the first arc."""
    names: Mapping[str, Name] = field(default_factory=dict)
    unit: str = ""
    """Only where it differs from the check's own unit."""
    scale: float = 1.0
    shift: float = 0.0
    """value = raw * scale + shift."""
    scale_by: tuple[By, ...] = ()
    """Further factors, told by other columns; a row whose number is in no table is left out."""
    digits: str = ""
    """A column that tells how many decimals the number has."""
    check_by: By | None = None
    """The check, told by another column; a row whose number is not in the table is left out."""
    convert: Convert | None = None
    text: str = ""
    """The number stands in a text: a regular expression whose group 1 is the number."""
    state_text: str = ""
    """The state's word stands in a text: a regular expression whose group 1 is the word."""
    none: tuple[Raw, ...] = ()
    """Numbers (raw) or texts that mean "no reading", besides the usual ones."""
    zero: bool = True
    """Whether a raw 0 is a reading; false: nothing is plugged in."""
    keep: tuple[int, ...] = ()
    """Numbers (raw) that are readings here though they usually mean "no reading"."""
    least: float | None = None
    most: float | None = None
    """Values beyond are no readings; physics (see ``plausible``) holds in any case."""
    states: Mapping[Raw, State] = field(default_factory=dict)
    """Makes it a state sensor: raw number or text -> state. Others are left out."""
    otherwise: State | None = None
    """The state of numbers that ``states`` does not list."""
    bits: Mapping[int, State] = field(default_factory=dict)
    """Makes it a state sensor: the worst of the bits that are set (bit 0 is the first, as BITS
    counts them in octets, or the lowest of an integer); ``ok`` when none is."""
    where: tuple[Where, ...] = ()
    most_rows: int = 4000

    @property
    def tells_state(self) -> bool:
        """Say whether this is a state and no measurement."""
        return bool(self.states or self.bits) or self.otherwise is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where one fact about a device's identity may be found; a list of them is tried in order."""

    text: str = ""
    """Simply this."""
    object: str = ""
    column: str = ""
    """The first row that has text (and fits ``where``)."""
    where: tuple[Where, ...] = ()
    like: str = ""
    """A regular expression on what was found; its group 1 (or the whole match) counts."""
    values: Mapping[Raw, str] = field(default_factory=dict)
    """Words for the numbers (or texts) found there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a device calls itself."""

    vendor: tuple[Source, ...] = ()
    model: tuple[Source, ...] = ()
    os: tuple[Source, ...] = ()
    version: tuple[Source, ...] = ()
    serial: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognise:
    """One way to know the family: all that is said here must fit."""

    object_id: tuple[str, ...] = ()
    """Beginnings of sysObjectID; any of them."""
    descr: str = ""
    """A regular expression found in sysDescr, regardless of case."""
    name: str = ""
    """The same in sysName; rarely wise, as people choose it."""
    has: tuple[str, ...] = ()
    """Subtrees (or objects) of which the device must have something; all of them."""
    says: Mapping[str, str] = field(default_factory=dict)
    """Objects, by full identifier, and a regular expression found in the text they hold."""
    rank: int = 0
    """Added to how much this way knows, where two families fit equally."""

    @property
    def weight(self) -> int:
        """Return how much is known when this fits: the more, the surer."""
        arcs = max((oid.count(".") + 1 for oid in self.object_id), default=0)
        words = 6 * bool(self.descr) + 3 * bool(self.name) + 8 * bool(self.has or self.says)
        return arcs + words + self.rank


@dataclass(frozen=True, slots=True, kw_only=True)
class InterfaceRule:
    """Ports that stand in a table of the maker's alone, a row a port by one arc."""

    name: str
    """Columns: what the port is called, and its states."""
    oper: str
    states: Mapping[int, str] = field(default_factory=lambda: {1: "up", 2: "down"})
    """Numbers in ``oper`` and ``admin`` -> words of IF-MIB."""
    admin: str = ""
    offset: int = 0
    """Added to the row's index, so that it stands beside the interfaces of IF-MIB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gear:
    """What a profile knows of a family besides how it is polled for outages."""

    id: str
    title: str
    source: str = ""
    """Where the knowledge comes from: MIB module, manual page."""
    sure: str = ""
    """How sure it is, where that is less than "seen on devices"."""
    everywhere: bool = False
    """A generic layer: tried on every device, by what it answers."""
    kind: DeviceKind | None = None
    recognise: tuple[Recognise, ...] = ()
    identity: Identity = field(default_factory=Identity)
    sensors: tuple[SensorRule, ...] = ()
    interfaces: tuple[InterfaceRule, ...] = ()
    layers: tuple[str, ...] = ()
    """Other profiles whose sensors this family has too."""
    without: tuple[str, ...] = ()
    """Generic layers that this family answers wrongly, or that its own tables tell better."""
    knows: tuple[str, ...] = ()
    """Subtrees that are understood or of no interest: not listed as not understood."""
