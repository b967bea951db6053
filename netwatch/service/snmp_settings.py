"""[snmp.NAME], [traps.users.NAME] -> a credential, or what does not fit together or is weak."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from netwatch.model.faults import ConfigError, Finding, Level, Place
from netwatch.pollers.questions import Credential
from netwatch.pollers.snmp.security import (
    CIPHERS,
    DIGESTS,
    LONGEST_USER,
    SHORTEST_KEY,
    Security,
    engine_id_of,
)
from netwatch.service.secrets import Secret
from netwatch.service.settings_schema import Settings, Snmp

Where = tuple[str, ...]
PlaceOf = Callable[[Where], Place]
_ONLY_V3: Final = ("user", "auth", "auth_key", "priv", "priv_key", "context", "engine_id")
_GUESSED_FIRST: Final = frozenset({"public", "private"})


def tables(settings: Settings) -> Iterator[tuple[Where, Snmp]]:
    """Yield all credentials and where they stand: those of polling, and those of traps alone."""
    for name, snmp in settings.snmp.items():
        yield ("snmp", name), snmp
    for name, user in settings.traps.users.items():
        yield (
            ("traps", "users", name),
            Snmp(
                version="3",
                user=user.user or name,
                auth=user.auth,
                auth_key=user.auth_key,
                priv=user.priv,
                priv_key=user.priv_key,
            ),
        )


def mistakes(where: Where, snmp: Snmp, place: PlaceOf) -> Iterator[Finding]:
    """Yield what makes a credential unusable."""
    if snmp.version != "3":
        return
    at = ".".join(where)

    def wrong(key: str, what: str, remedy: str) -> Finding:
        return Finding(place((*where, key)), what, remedy)

    if not snmp.user:
        yield wrong("user", f"{at}.user is missing, and version 3 needs one", "add user")
    elif len(snmp.user.encode()) > LONGEST_USER:
        yield wrong("user", f"{at}.user is longer than {LONGEST_USER} octets", "shorten it")
    if len(snmp.context.encode()) > LONGEST_USER:
        yield wrong("context", f"{at}.context is longer than {LONGEST_USER} octets", "shorten it")
    for kind, example in (("auth", "SHA-256"), ("priv", "AES")):
        protocol, key = getattr(snmp, kind), getattr(snmp, f"{kind}_key")
        if protocol and key is None:
            remedy = f'add {kind}_key = "credential:NAME"'
            yield wrong(kind, f"{at}.{kind}_key is missing", remedy)
        elif key is not None and not protocol:
            yield wrong(f"{kind}_key", f"{at}.{kind} is missing", f'add {kind} = "{example}"')
        elif key is not None:
            yield from _short(key)
    if snmp.priv and not snmp.auth:
        what = f"{at} has priv and no auth: SNMPv3 hides nothing that is not proved"
        yield wrong("priv", what, 'add auth = "SHA-256" and auth_key')


def weaknesses(where: Where, snmp: Snmp, place: PlaceOf) -> Iterator[Finding]:
    """Yield what works and should not be relied on."""
    at = ".".join(where)

    def weak(key: str, what: str, remedy: str) -> Finding:
        return Finding(place((*where, key)), what, remedy, Level.WARNING)

    if snmp.version != "3":
        for key in _ONLY_V3:
            if getattr(snmp, key):
                what = f"{at}.{key} has no effect in version {snmp.version}"
                yield weak(key, what, 'write version = "3", or remove it')
        if _text(snmp.community) in _GUESSED_FIRST:
            yield weak(
                "community",
                f"{at} asks with a community that everybody tries first",
                'give the devices another one and name it here, or use version = "3"',
            )
        return
    if snmp.community.reference != Snmp().community.reference:
        yield weak("community", f"{at}.community has no effect in version 3", "remove it")
    if snmp.user and not snmp.auth:
        yield weak(
            "user",
            f"{at} proves nothing (noAuthNoPriv): anybody can answer for the device",
            'add auth = "SHA-256" with auth_key, and priv = "AES" with priv_key',
        )
    if snmp.auth and DIGESTS[snmp.auth].weak:
        remedy = 'use auth = "SHA-256", or "SHA" where the device has no better'
        yield weak("auth", f"{at}.auth: {DIGESTS[snmp.auth].weak}", remedy)
    if snmp.priv and CIPHERS[snmp.priv].weak:
        yield weak("priv", f"{at}.priv: {CIPHERS[snmp.priv].weak}", 'use priv = "AES"')


def credential(name: str, snmp: Snmp) -> Credential:
    """Return what stands behind a name that the inventory uses, secrets and all.

    Raises:
        ConfigError: a secret is not where its reference points, or too short for a key.
    """
    if snmp.version != "3":
        return Credential(version=snmp.version, community=snmp.community.reveal(), port=snmp.port)
    security = Security(
        name=name,
        user=snmp.user,
        auth=snmp.auth,
        auth_key=_key(snmp.auth_key),
        priv=snmp.priv,
        priv_key=_key(snmp.priv_key),
        context=snmp.context,
        engine_id=engine_id_of(snmp.engine_id) if snmp.engine_id else b"",
    )
    return Credential(version="3", community="", port=snmp.port, security=security)


def credentials(snmp: Mapping[str, Snmp]) -> dict[str, Credential]:
    """Return the credential of each name.

    Raises:
        ConfigError: a secret is not where its reference points, or too short for a key.
    """
    return {name: credential(name, one) for name, one in snmp.items()}


def _key(secret: Secret | None) -> str:
    if secret is None:
        return ""
    for finding in _short(secret, secret.reveal()):
        raise ConfigError(finding.place, finding.wrong, finding.remedy)
    return secret.reveal()


def _short(secret: Secret, text: str | None = None) -> Iterator[Finding]:
    """Yield a finding for a key that is known and too short for RFC 3414 section 11.2."""
    text = _text(secret) if text is None else text
    if text is not None and len(text) < SHORTEST_KEY:
        yield Finding(
            secret.place,
            f"a key of SNMPv3 has at least {SHORTEST_KEY} characters, this one has {len(text)}",
            "give the device's user a longer one, there and here",
        )


def _text(secret: Secret) -> str | None:
    """Return a secret if it can be had here and now: a check may run where it cannot."""
    try:
        return secret.reveal()
    except ConfigError:
        return None
