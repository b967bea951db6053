"""Octets <-> sealed octets, by AES-256-GCM with a key stretched from a secret (scrypt)."""

import os
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from netwatch.model.contacts import ContactsShutError

MAGIC: Final = b"netwatch contacts 1\n"
SALT: Final = 16
NONCE: Final = 12
LEAST_SECRET: Final = 20
_BEGINS: Final = len(MAGIC) + SALT + NONCE


def seal(plain: bytes, secret: str) -> bytes:
    """Return ``plain`` so that only this secret opens it, and any change to it is noticed.

    Raises:
        ContactsShutError: the secret is too short to keep anything.
    """
    salt, nonce = os.urandom(SALT), os.urandom(NONCE)
    return MAGIC + salt + nonce + AESGCM(_key(secret, salt)).encrypt(nonce, plain, MAGIC)


def unseal(sealed: bytes, secret: str) -> bytes:
    """Return what was sealed.

    Raises:
        ContactsShutError: it is no store, it was damaged, or another secret sealed it.
    """
    if not sealed.startswith(MAGIC) or len(sealed) < _BEGINS:
        raise ContactsShutError(
            "the contact store is damaged: it does not begin as one\n"
            "    restore it from a backup; else move it away, import the contacts anew, and erase\n"
            "    again who asked for it"
        )
    salt, nonce = sealed[len(MAGIC) : _BEGINS - NONCE], sealed[_BEGINS - NONCE : _BEGINS]
    try:
        return AESGCM(_key(secret, salt)).decrypt(nonce, sealed[_BEGINS:], MAGIC)
    except InvalidTag:
        raise ContactsShutError(
            "the contact store does not open: another key sealed it, or it is damaged\n"
            "    put the right key where [contacts] key points, or restore it from a backup;\n"
            "    where the key is lost nobody opens it: move it away, import the contacts\n"
            "    anew, and erase again who asked for it"
        ) from None


@lru_cache(maxsize=4)
def _key(secret: str, salt: bytes) -> bytes:
    if len(secret) < LEAST_SECRET:
        raise ContactsShutError(
            f"the key of the contact store is shorter than {LEAST_SECRET} characters\n"
            "    make one: head -c 32 /dev/urandom | base64"
        )
    return Scrypt(salt=salt, length=32, n=2**14, r=8, p=1).derive(secret.encode())
