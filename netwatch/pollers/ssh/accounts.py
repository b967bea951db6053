"""Who is visited as whom: accounts of the settings + network -> assignments. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from netwatch.model.names import DeviceId
from netwatch.model.network import Device, Network
from netwatch.pollers.choice import ChoiceError, choose
from netwatch.pollers.ssh.allowing import allowed, asked_by_itself
from netwatch.pollers.ssh.files import platforms
from netwatch.pollers.ssh.rules import Command, Every, Platform
from netwatch.pollers.ssh.visits import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One way to log in, to the devices it is for."""

    name: str
    devices: str
    """FILTER: ids with wildcards, ``kind:olt``, ``site:ID``, with commas."""
    platform: str
    user: str
    password: str = field(default="", repr=False)
    key: str = field(default="", repr=False)
    passphrase: str = field(default="", repr=False)
    enable: str = field(default="", repr=False)
    port: int = 22
    every_s: float = 300.0
    timeout_s: float = 30.0
    sessions: int = 4
    commands: tuple[str, ...] = ()
    """What is asked each time, instead of what the platform's file says."""
    python: Path | None = None
    """Another interpreter, for gear that needs an older library."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One device, as whom it is visited, and what of it the inventory wants to know."""

    device: Device
    account: Account
    wanted_ports: tuple[str, ...] = ()
    onus: tuple[Device, ...] = ()

    @property
    def platform(self) -> Platform:
        """Return its kind of command line."""
        return platforms()[self.account.platform]

    def visit(
        self, say: Sequence[str], pins: Sequence[tuple[str, str]], *, keep_rows: bool = False
    ) -> Visit:
        """Return the visit that says this."""
        account = self.account
        return Visit(
            host=str(self.device.address),
            port=account.port,
            platform=account.platform,
            user=account.user,
            password=account.password,
            key=account.key,
            passphrase=account.passphrase,
            enable=account.enable,
            pins=tuple(pins),
            say=tuple(say),
            timeout_s=account.timeout_s,
            keep_rows=keep_rows,
        )


def assignments(network: Network, accounts: Sequence[Account]) -> dict[DeviceId, Assignment]:
    """Return who is visited; of several accounts for a device the first one counts."""
    found: dict[DeviceId, Assignment] = {}
    for account in accounts:
        for device in _chosen(network, account.devices):
            if device.address is not None and device.id not in found:
                found[device.id] = Assignment(device=device, account=account)
    ports: dict[DeviceId, dict[str, None]] = {name: {} for name in found}
    onus: dict[DeviceId, list[Device]] = {name: [] for name in found}
    for link in network.links.values():
        for end in link.ends:
            if end.port is not None and end.device in ports:
                ports[end.device][end.port] = None
    for device in network.devices.values():
        if device.via is not None and device.via in found:
            onus[device.via].append(device)
            if device.port is not None:
                ports[device.via][device.port] = None
    return {
        name: Assignment(
            device=one.device,
            account=one.account,
            wanted_ports=tuple(ports[name]),
            onus=tuple(onus[name]),
        )
        for name, one in found.items()
    }


def to_say(one: Assignment, *, inventory: bool) -> list[str]:
    """Return what is asked on a round.

    Of a device that SNMP asks too, ports and ONUs are left to it: it tells them sooner. Named in
    ``commands`` they are asked all the same.
    """
    who = asked_by_itself(one.platform, Every.INVENTORY) if inventory else ()
    say = [command.say for command in who]
    if one.account.commands:
        return say + [allowed(one.platform, said)[1] for said in one.account.commands]
    by_snmp = one.device.snmp is not None
    what = asked_by_itself(one.platform, Every.METRICS)
    return say + [command.say for command in what if not (by_snmp and _left_to_snmp(command))]


def _left_to_snmp(command: Command) -> bool:
    return bool(command.ports or command.onus) and not (command.sensors or command.counts)


def _chosen(network: Network, words: str) -> Iterator[Device]:
    for word in words.split(","):
        with suppress(ChoiceError):  # `netwatch check` tells of a word that fits nobody
            yield from choose(network, word.strip())


def by_python(accounts: Sequence[Account]) -> Mapping[Path | None, int]:
    """Return the interpreters that visitors need, and how many sessions at a time in each."""
    sessions: dict[Path | None, int] = {}
    for account in accounts:
        sessions[account.python] = sessions.get(account.python, 0) + account.sessions
    return sessions
