"""SNMPv3 users: who asks, what proves it, what hides it; which protocols there are."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from netwatch.wire.v3 import AUTH, LEAST_ENGINE_OCTETS, MOST_ENGINE_OCTETS, PRIV


class Digest(NamedTuple):
    """How messages are proved: the hash, and how many octets of it are sent."""

    algorithm: str
    octets: int
    weak: str = ""


class Cipher(NamedTuple):
    """How messages are hidden: the octets of its key, and how a short key is made longer."""

    kind: str
    key_octets: int
    stretch: str = ""
    weak: str = ""


DIGESTS: Final[Mapping[str, Digest]] = {
    "MD5": Digest("md5", 12, "MD5 can be forged"),
    "SHA": Digest("sha1", 12),
    "SHA-224": Digest("sha224", 16),
    "SHA-256": Digest("sha256", 24),
    "SHA-384": Digest("sha384", 32),
    "SHA-512": Digest("sha512", 48),
}
"""Source: RFC 3414 (MD5, SHA), RFC 7860 (SHA-2)."""
CIPHERS: Final[Mapping[str, Cipher]] = {
    "DES": Cipher("des", 16, weak="DES can be broken in a day"),
    "3DES": Cipher("3des", 32, "chain", "3DES is withdrawn"),
    "AES": Cipher("aes", 16),
    "AES-192": Cipher("aes", 24, "hash"),
    "AES-256": Cipher("aes", 32, "hash"),
    "AES-192-C": Cipher("aes", 24, "chain"),
    "AES-256-C": Cipher("aes", 32, "chain"),
}
"""Source: RFC 3414 (DES), RFC 3826 (AES), draft-blumenthal-aes-usm-04 (AES-192, AES-256: the key is
stretched by hashing it, as Net-SNMP does), draft-reeder-snmpv3-usm-3desede-00 (3DES, and AES ``-C``
as Cisco and others do it: the key is stretched by chaining)."""
SHORTEST_KEY: Final = 8
"""RFC 3414 section 11.2: a password has at least eight characters."""
LONGEST_USER: Final = 32
_ALIASES: Final = {"SHA1": "SHA", "AES128": "AES", "TRIPLEDES": "3DES", "3DESEDE": "3DES"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Security:
    """One SNMPv3 user, as a credential names it. Its keys appear in no ``repr``."""

    name: str = ""
    """The credential's name, for people who must mend it."""
    user: str = ""
    auth: str = ""
    auth_key: str = field(default="", repr=False)
    priv: str = ""
    priv_key: str = field(default="", repr=False)
    context: str = ""
    engine_id: bytes = b""
    """The agent's engine id where it is fixed by hand; else it is asked for."""

    @property
    def where(self) -> str:
        """Say where a person mends it."""
        return f"[snmp.{self.name}]" if self.name else "the options given"

    @property
    def flags(self) -> int:
        """Return how its messages are protected, as `AUTH` and `PRIV`."""
        return (AUTH if self.auth else 0) | (PRIV if self.priv else 0)

    @property
    def level(self) -> str:
        """Return the security level as the RFCs write it."""
        return f"{'auth' if self.auth else 'noAuth'}{'Priv' if self.priv else 'NoPriv'}"

    def row(self) -> list[str]:
        """Return it as plain texts, for the engine's ears only."""
        return [self.name, self.user, self.auth, self.auth_key, self.priv, self.priv_key,
                self.context, self.engine_id.hex()]  # fmt: skip

    @classmethod
    def of_row(cls, row: Any) -> "Security":
        """Read what `row` wrote."""
        name, user, auth, auth_key, priv, priv_key, context, engine_id = row
        return cls(
            name=name,
            user=user,
            auth=auth,
            auth_key=auth_key,
            priv=priv,
            priv_key=priv_key,
            context=context,
            engine_id=bytes.fromhex(engine_id),
        )


def protocol(word: str, known: Mapping[str, object]) -> str | None:
    """Return the protocol that a person means: case and dashes do not count. None: there is none.

    ``known`` is `DIGESTS` or `CIPHERS`.
    """
    bare = _bare(word)
    bare = _bare(_ALIASES.get(bare, bare))
    return next((name for name in known if _bare(name) == bare), None)


def engine_id_of(text: str) -> bytes:
    """Read an engine id as people write it: hexadecimal, ``0x`` and separators allowed.

    Raises:
        ValueError: it is none; RFC 3411 wants 5 to 32 octets, not all zero, not all ones.
    """
    bare = re.sub(r"[\s:.-]", "", text.strip().lower().removeprefix("0x"))
    try:
        octets = bytes.fromhex(bare)
    except ValueError:
        raise ValueError(f"{text!r} is no engine id") from None
    if not LEAST_ENGINE_OCTETS <= len(octets) <= MOST_ENGINE_OCTETS:
        raise ValueError(f"an engine id of {len(octets)} octets; it has 5 to 32")
    if set(octets) <= {0} or set(octets) <= {0xFF}:
        raise ValueError("an engine id is never all zeros or all ones")
    return octets


def _bare(word: str) -> str:
    return re.sub(r"[\s_-]", "", word.upper())
