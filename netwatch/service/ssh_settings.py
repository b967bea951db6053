"""[ssh.NAME] -> accounts, or what does not fit together."""

from collections.abc import Callable, Iterator
from pathlib import Path

from netwatch.inventory.near import did_you_mean
from netwatch.model.faults import Finding, Level, Place
from netwatch.model.network import Network
from netwatch.pollers.choice import ChoiceError, choose
from netwatch.pollers.ssh.accounts import Account
from netwatch.pollers.ssh.allowing import NotAllowedError, allowed, asks_nothing
from netwatch.pollers.ssh.files import platforms
from netwatch.pollers.ssh.rules import Platform
from netwatch.service.secrets import Secret
from netwatch.service.settings_schema import Settings, Ssh
from netwatch.service.toml_places import nearest, places_of

Where = tuple[str, ...]
PlaceOf = Callable[[Where], Place]


def mistakes(settings: Settings, place: PlaceOf) -> Iterator[Finding]:
    """Yield what makes an account unusable."""
    for name, ssh in settings.ssh.items():
        for key, wrong, remedy in _wrong(ssh):
            yield Finding(place(("ssh", name, key)), f"ssh.{name}: {wrong}", remedy)


def idle(settings: Settings, network: Network, config: Path) -> Iterator[Finding]:
    """Yield a warning for each word that chooses no device, or one without an address."""
    if not settings.ssh:
        return
    places = places_of(config.read_text(encoding="utf-8"))
    for name, ssh in settings.ssh.items():
        place = Place(str(config), *nearest(places, ("ssh", name, "devices")))
        if not ssh.commands and asks_nothing(platforms()[ssh.platform]):
            wrong = f"ssh.{name}: of {ssh.platform} nothing is asked by itself"
            yield Finding(place, wrong, "name what is to be asked in commands", Level.WARNING)
        for word in filter(None, map(str.strip, ssh.devices.split(","))):
            try:
                found = list(choose(network, word))
            except ChoiceError as fault:
                remedy = "write the id of a device, kind:KIND or site:ID"
                yield Finding(place, f"ssh.{name}: {fault}", remedy, Level.WARNING)
                continue
            if all(device.address is None for device in found):
                wrong = f"ssh.{name}: what {word!r} chooses has no address to log in to"
                yield Finding(place, wrong, "give it one, or remove the word", Level.WARNING)


def accounts(settings: Settings) -> list[Account]:
    """Return the accounts, secrets and all, in the order of the file.

    Raises:
        ConfigError: a secret is not where its reference points.
    """
    return [
        Account(
            name=name,
            devices=ssh.devices,
            platform=ssh.platform,
            user=ssh.user,
            password=_text(ssh.password),
            key=_text(ssh.key),
            passphrase=_text(ssh.key_passphrase),
            enable=_text(ssh.enable),
            port=ssh.port,
            every_s=ssh.every.total_seconds(),
            timeout_s=ssh.timeout.total_seconds(),
            sessions=ssh.sessions,
            commands=ssh.commands,
            python=ssh.legacy_python,
        )
        for name, ssh in settings.ssh.items()
    ]


def _wrong(ssh: Ssh) -> Iterator[tuple[str, str, str]]:
    platform = platforms().get(ssh.platform)
    if platform is None:
        listed = f"one of {', '.join(platforms())}"
        near = did_you_mean(ssh.platform, platforms(), listed)
        yield "platform", f"there is no platform {ssh.platform!r}", near
    else:
        yield from _not_allowed(platform, ssh)
    if not ssh.user:
        yield "user", "nobody can log in without a name", "write the user's name"
    if ssh.password is None and ssh.key is None:
        yield "user", "there is neither password nor key", 'add password = "credential:NAME"'
    if ssh.legacy_python is not None and not ssh.legacy_python.is_file():
        wrong = f"{ssh.legacy_python} is no interpreter"
        yield "legacy_python", wrong, "make it: docs/how-to/command-lines.md says how"


def _not_allowed(platform: Platform, ssh: Ssh) -> Iterator[tuple[str, str, str]]:
    for said in ssh.commands:
        try:
            allowed(platform, said)
        except NotAllowedError as fault:
            wrong, _, remedy = str(fault).partition("\n    ")
            yield "commands", wrong, remedy


def _text(secret: Secret | None) -> str:
    return "" if secret is None else secret.reveal()
