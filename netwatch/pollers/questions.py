"""What is asked of a device and what comes back: the words that service and engine share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from netwatch.model.arrivals import Outcome
from netwatch.model.network import Address
from netwatch.pollers.snmp.security import Security

Value = int | str | tuple[int, ...] | None
"""A number; octets as latin-1 text; an object identifier; None: the device has no such thing."""
Row = Sequence[Value]
"""Of a table: one value a column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """How to ask devices by SNMP: the secret behind a name in the inventory.

    ``version`` is ``1``, ``2c`` or ``3``; a v3 credential bears a ``security``, no community.
    """

    version: str = "2c"
    community: str = field(default="public", repr=False)
    port: int = 161
    security: Security | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Target:
    """An SNMP agent and how to ask it. ``version`` as on the wire: 0 is v1, 1 is v2c, 3 is v3."""

    address: str
    port: int
    version: int
    community: str = field(default="", repr=False)
    security: Security | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for an answer, and how often to ask again."""

    timeout_s: float = 1.0
    retries: int = 1


@dataclass(frozen=True, slots=True)
class Echo:
    """An ICMP echo request. Made once a device: writing an address as text takes its time."""

    address: Address
    host: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "host", str(self.address))


@dataclass(frozen=True, slots=True)
class Get:
    """Single objects, by full object identifier."""

    target: Target
    oids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Walk:
    """Whole columns of a table, at most ``rows`` rows of each."""

    target: Target
    columns: tuple[str, ...]
    rows: int = 10_000


@dataclass(frozen=True, slots=True)
class Next:
    """The objects that come after these, one for each (GETNEXT)."""

    target: Target
    oids: tuple[str, ...]


Question = Echo | Get | Walk


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a question.

    ``age_s`` is how long ago, at the time it is handed over, the answer came in, or, where none
    came, the question was first sent. A walk that broke off halfway is SILENT and still bears
    its rows.
    """

    outcome: Outcome
    age_s: float = 0.0
    rtt_ms: float | None = None
    values: tuple[Value, ...] = ()
    """Of a Get, in the order asked."""
    rows: Mapping[str, Row] = field(default_factory=dict)
    """Of a Walk: index (the object identifier behind the column) -> one value a column."""
    binds: tuple[tuple[str, Value] | None, ...] = ()
    """Of a Next, in the order asked: object and value; None where nothing comes after."""
    detail: str = ""
