"""A visit to a command line, and what came of it: the words between service and worker."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from netwatch.model.arrivals import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Whom to visit, as whom, and what to say there. Holds secrets: never shown."""

    host: str
    port: int = 22
    platform: str = ""
    """Empty: nothing is said, only the host key is looked at."""
    user: str = ""
    password: str = field(default="", repr=False)
    key: str = field(default="", repr=False)
    """A private key's text."""
    passphrase: str = field(default="", repr=False)
    enable: str = field(default="", repr=False)
    pins: tuple[tuple[str, str], ...] = ()
    """Host keys that are this device's: kind and base64, as in known_hosts."""
    say: tuple[str, ...] = ()
    timeout_s: float = 30.0
    """For logging in, and for each answer."""
    keep_rows: bool = False

    def plain(self) -> dict[str, Any]:
        """Return it as a frame's plain values."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def of(cls, plain: dict[str, Any]) -> "Visit":
        """Return the visit that plain values are."""
        pins = tuple((str(kind), str(body)) for kind, body in plain["pins"])
        return cls(**{**plain, "pins": pins, "say": tuple(plain["say"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What came of one command: its reading, or why there is none."""

    command: str
    reading: dict[str, Any] | None = None
    """`Reading.plain` (without its rows, unless they are wanted)."""
    wrong: str = ""
    unknown: bool = False
    """The device does not know this command."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """What came of a visit. BLIND: we could not ask; the remedy is in ``detail``."""

    outcome: Outcome
    detail: str = ""
    said: Sequence[Said] = ()
    key: tuple[str, str] | None = None
    """The host key that was shown: kind and base64."""
    key_trouble: str = ""
    """``unknown`` or ``changed``: it is not the one that is pinned."""
    seconds: float = 0.0

    def plain(self) -> dict[str, Any]:
        """Return it as a frame's plain values."""
        return {
            **{name: getattr(self, name) for name in self.__slots__},
            "outcome": str(self.outcome),
            "said": [{name: getattr(one, name) for name in one.__slots__} for one in self.said],
        }

    @classmethod
    def of(cls, plain: dict[str, Any]) -> "Visited":
        """Return what plain values tell."""
        key = plain["key"]
        return cls(
            **{
                **plain,
                "outcome": Outcome(plain["outcome"]),
                "said": tuple(Said(**one) for one in plain["said"]),
                "key": None if key is None else (str(key[0]), str(key[1])),
            }
        )
