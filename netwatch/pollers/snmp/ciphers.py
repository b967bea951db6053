"""Keys, digests and ciphers of SNMPv3, put together from hashlib and OpenSSL; no cipher is ours.

Source: RFC 3414 sections 6 to 8 and A.2 (keys, MD5, SHA, DES), RFC 3826 (AES), RFC 7860 (SHA-2),
draft-blumenthal-aes-usm-04 and draft-reeder-snmpv3-usm-3desede-00 (longer keys, 3DES).
"""

import hashlib
import secrets
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, Protocol

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.hmac import HMAC

from netwatch.pollers.snmp.security import CIPHERS, DIGESTS, Security
from netwatch.wire.ber import BerError

_HASHES: Final[Mapping[str, type[hashes.HashAlgorithm]]] = {
    "md5": hashes.MD5,
    "sha1": hashes.SHA1,
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
SALT_OCTETS: Final = 8
_STRETCHED: Final = 1 << 20
_BLOCK: Final = 8
_WORD: Final = 1 << 32


class Hider(Protocol):
    """A cipher with its key in it."""

    padding: int
    """So many octets at most may follow what was hidden."""

    def hide(self, plain: bytes, boots: int, time_s: int) -> tuple[bytes, bytes]:
        """Return the hidden octets and the salt that was used; no salt is used twice."""
        ...

    def show(self, hidden: bytes, boots: int, time_s: int, salt: bytes) -> bytes:
        """Return what was hidden; with another key, anything.

        Raises:
            BerError: no cipher of this kind can have hidden it.
        """
        ...


def stretched(algorithm: str, password: bytes) -> bytes:
    """Return the key of a password: the hash of a megabyte of it (RFC 3414 A.2).

    Raises:
        ValueError: the password is empty, or this machine's OpenSSL refuses the hash.
    """
    if not password:
        raise ValueError("an empty password")
    times, rest = divmod(_STRETCHED, len(password))
    return hashlib.new(algorithm, password * times + password[:rest]).digest()


master_key: Final = lru_cache(maxsize=256)(stretched)
"""The same, remembered: a field of devices has few passwords, and each costs milliseconds."""


def localized(algorithm: str, key: bytes, engine_id: bytes) -> bytes:
    """Return the key as this one engine knows it."""
    return hashlib.new(algorithm, key + engine_id + key).digest()


def proof_key(security: Security, engine_id: bytes) -> bytes:
    """Return the key that proves messages to this engine."""
    algorithm = DIGESTS[security.auth].algorithm
    return localized(algorithm, master_key(algorithm, security.auth_key.encode()), engine_id)


def hiding_key(security: Security, engine_id: bytes) -> bytes:
    """Return the key that hides messages for this engine, as long as the cipher wants it."""
    algorithm = DIGESTS[security.auth].algorithm
    cipher = CIPHERS[security.priv]
    key = localized(algorithm, master_key(algorithm, security.priv_key.encode()), engine_id)
    link = key
    while len(key) < cipher.key_octets:
        if cipher.stretch == "chain":
            link = localized(algorithm, stretched(algorithm, link), engine_id)
            key += link
        else:
            key += hashlib.new(algorithm, key).digest()
    return key[: cipher.key_octets]


class Prover:
    """What proves messages with one key: a digest, of which some octets are sent."""

    def __init__(self, security: Security, engine_id: bytes) -> None:
        algorithm, self.octets, _ = DIGESTS[security.auth]
        self._begun = HMAC(proof_key(security, engine_id), _HASHES[algorithm]())

    def mark(self, message: bytes) -> bytes:
        """Return the digest of a message whose digest's place is all zeros."""
        digest = self._begun.copy()
        digest.update(message)
        return digest.finalize()[: self.octets]


def hider(security: Security, engine_id: bytes) -> Hider:
    """Return the cipher that hides messages for this engine."""
    key = hiding_key(security, engine_id)
    return Aes(key) if CIPHERS[security.priv].kind == "aes" else Des(key)


class Aes:
    """AES in CFB mode of 128 bits, for keys of any of its three lengths."""

    padding = 16  # some agents pad, though CFB need not

    def __init__(self, key: bytes) -> None:
        self._key = AES(key)
        self._salt = int.from_bytes(secrets.token_bytes(SALT_OCTETS), "big")

    def hide(self, plain: bytes, boots: int, time_s: int) -> tuple[bytes, bytes]:
        self._salt = (self._salt + 1) % (_WORD * _WORD)
        salt = self._salt.to_bytes(SALT_OCTETS, "big")
        start = CFB(boots.to_bytes(4, "big") + time_s.to_bytes(4, "big") + salt)
        return Cipher(self._key, start).encryptor().update(plain), salt

    def show(self, hidden: bytes, boots: int, time_s: int, salt: bytes) -> bytes:
        if len(salt) != SALT_OCTETS:
            raise BerError(f"a salt of {len(salt)} octets")
        start = CFB(boots.to_bytes(4, "big") + time_s.to_bytes(4, "big") + salt)
        return Cipher(self._key, start).decryptor().update(hidden)


class Des:
    """DES, or triple DES with a key of 32 octets, in CBC mode; the key's last 8 start the chain."""

    padding = _BLOCK - 1

    def __init__(self, key: bytes) -> None:
        single = len(key) == 2 * _BLOCK
        self._key = TripleDES(key[:_BLOCK] * 3 if single else key[: 3 * _BLOCK])
        self._start = int.from_bytes(key[-_BLOCK:], "big")
        self._count = secrets.randbelow(_WORD)

    def hide(self, plain: bytes, boots: int, time_s: int) -> tuple[bytes, bytes]:  # noqa: ARG002 (the time has no part in it)
        self._count = (self._count + 1) % _WORD
        salt = boots.to_bytes(4, "big") + self._count.to_bytes(4, "big")
        padded = plain + bytes(-len(plain) % _BLOCK)
        return Cipher(self._key, self._mode(salt)).encryptor().update(padded), salt

    def show(self, hidden: bytes, boots: int, time_s: int, salt: bytes) -> bytes:  # noqa: ARG002
        if len(salt) != SALT_OCTETS or len(hidden) % _BLOCK:
            raise BerError("no octets of a block cipher")
        return Cipher(self._key, self._mode(salt)).decryptor().update(hidden)

    def _mode(self, salt: bytes) -> CBC:
        return CBC((self._start ^ int.from_bytes(salt, "big")).to_bytes(_BLOCK, "big"))
