"""Which database takes our measurements."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Which database, which bucket of it, and what opens it."""

    url: str
    """Of the server, without ``/api``."""
    org: str
    bucket: str
    token: str = field(default="", repr=False)
