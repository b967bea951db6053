"""The user of SNMPv3 as options; keys by reference, so that no list of processes shows them."""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from netwatch.cli.output import Stop, talk

if TYPE_CHECKING:
    from netwatch.model.faults import Place
    from netwatch.pollers.snmp.security import Security
    from netwatch.service.secrets import Secret

Command = TypeVar("Command", bound=Callable[..., Any])

_KEYS: Final = ("auth_key", "priv_key")
_KEY: Final = "env:NAME, file:PATH or credential:NAME."
_OPTIONS: Final = (
    click.option("--user", default="", help="Version 3: the user."),
    click.option("--auth", default="", metavar="PROTOCOL", help="MD5, SHA, SHA-224 to SHA-512."),
    click.option("--auth-key", default="", metavar="SECRET", help=f"At least 8 characters: {_KEY}"),
    click.option(
        "--priv", default="", metavar="PROTOCOL", help="DES, 3DES, AES, AES-192, AES-256, -C."
    ),
    click.option("--priv-key", default="", metavar="SECRET", help=f"At least 8 characters: {_KEY}"),
    click.option("--context", default="", help="Version 3: the context, where there are several."),
)


def v3_options(command: Command) -> Command:
    """Give a command the options of an SNMPv3 user; hand what came to `security_of`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def security_of(version: str, given: Mapping[str, str]) -> "Security | None":
    """Return the user that the options name; None for the other versions.

    Raises:
        Stop: the options do not fit together.
        ConfigError: a secret is not where its reference points, or too short for a key.
    """
    if version != "3":
        if extra := [name for name, value in given.items() if value]:
            raise Stop(f"{_option(extra[0])} is for --snmp-version 3")
        return None
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415 - --help stays quick

    from netwatch.service.settings_schema import Snmp  # noqa: PLC0415
    from netwatch.service.snmp_settings import credential, mistakes, weaknesses  # noqa: PLC0415

    named = {name: value for name, value in given.items() if value}
    try:
        snmp = TypeAdapter(Snmp).validate_python({"version": "3", **named})
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False)[0]
        remedy = getattr(first.get("ctx", {}).get("error"), "remedy", "")
        wrong = first["msg"].removeprefix("Value error, ")
        raise Stop(f"{_option(str(first['loc'][0]))}: {wrong}; {remedy}") from None

    for finding in mistakes(("snmp", ""), snmp, _place):
        raise Stop(f"{_spoken(finding.wrong)}; {_spoken(finding.remedy)}")
    for finding in weaknesses(("snmp", ""), snmp, _place):
        talk(f"warning: {_spoken(finding.wrong)}")
    for name in _KEYS:
        _looked_at(name, getattr(snmp, name))
    return credential("", snmp).security


def _looked_at(name: str, secret: "Secret | None") -> None:
    """Warn of a key that everybody here can see; stop where it is not to be had."""
    from netwatch.model.faults import ConfigError  # noqa: PLC0415

    if secret is None:
        return
    if secret.kind == "plain":
        talk(f"warning: {_option(name)} can be seen by others on this machine; better env:NAME")
    try:
        secret.reveal()
    except ConfigError as fault:
        raise Stop(f"{_option(name)}: {fault.finding.wrong}") from None


def _place(where: tuple[str, ...]) -> "Place":
    from netwatch.model.faults import Place  # noqa: PLC0415

    return Place(_option(where[-1]))


def _option(key: str) -> str:
    return f"--{key.replace('_', '-')}"


def _spoken(text: str) -> str:
    """Say of options what was said of keys in a file."""
    text = re.sub(r"^snmp\.(\w+)", lambda found: _option(found[1]), text.replace("snmp..", "snmp."))
    text = re.sub(r"^snmp\. ", "this ", text)
    if not text.startswith("add "):
        return text
    named = re.sub(r"\b(auth_key|priv_key|user|auth|priv)\b", lambda key: _option(key[0]), text)
    return re.sub(r' = "([^"]*)"', r" \1", named)
