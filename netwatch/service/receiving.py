"""The receiver's ways to the service: what it hears goes in by the door, like a visitor's words."""

import socket
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from netwatch.intake.door import Door, DoorRefusedError, NobodyHomeError
from netwatch.inventory.reader import read_inventory
from netwatch.model.clock import Clock
from netwatch.model.faults import ConfigError, Level, Place
from netwatch.model.plain import to_plain
from netwatch.pollers.snmp.security import Security, engine_id_of
from netwatch.pollers.snmp.session import Session
from netwatch.pollers.unasked.courier import Said
from netwatch.pollers.unasked.engine import OurEngine, our_engine
from netwatch.pollers.unasked.logs import LogDesk
from netwatch.pollers.unasked.receiver import Receiver, Ways
from netwatch.pollers.unasked.speakers import Speakers, of_rows, speakers
from netwatch.pollers.unasked.traps import TrapDesk
from netwatch.pollers.unasked.v3 import Opener, Users
from netwatch.service.clock import SteadyClock
from netwatch.service.settings import Settings
from netwatch.service.snmp_settings import credential, tables

Tell = Callable[[str], None]
MACHINE_ID: Final = Path("/etc/machine-id")
_PATIENCE_S: Final = 10.0
_SHORT_S: Final = 2.0
"""A report can wait; who is told to stop cannot."""


def receiver_of(settings: Settings, door: Door, inventory: Path | None, tell: Tell) -> Receiver:
    """Return a receiver that listens to nothing yet.

    Args:
        settings: what netwatch.toml says.
        door: the service's.
        inventory: the files that count whatever the service has in force; None: that counts.
        tell: says what goes wrong.

    Raises:
        ConfigError: nobody can be known: no service answers, and the files are bad.
    """
    directory = inventory or settings.inventory
    ways = ways_to(door, directory, from_files=inventory is not None, tell=tell)
    known = ways.fetch()
    if known is None:
        wrong = "the inventory cannot be used"
        raise ConfigError(Place(str(directory)), wrong, "see: netwatch check")
    clock = SteadyClock()
    opener = Opener(engine=_engine(settings, clock), users=users_of(settings, tell))
    desk = TrapDesk(speakers=known, opener=opener)
    return Receiver(
        desk, LogDesk(speakers=known, relays=frozenset(settings.syslog.relays)), clock, ways
    )


def users_of(settings: Settings, tell: Tell) -> Users:
    """Return the SNMPv3 users that may notify us, by where they stand in the settings.

    One whose secret this process may not read, or whose cipher this machine has not, is told of and
    left out: the others are heard all the same.
    """
    users: dict[str, Security] = {}
    for place, snmp in tables(settings):
        if snmp.version != "3":
            continue
        where = ".".join(place)
        try:
            security = credential(place[-1], snmp).security
        except ConfigError as fault:
            tell(f"SNMPv3 messages of the user in [{where}] cannot be read: {fault}")
            continue
        if security is None:
            continue
        cannot = Session(security).cannot
        if cannot:
            tell(cannot)
        else:
            users[where] = security
    return users


def _engine(settings: Settings, clock: Clock) -> OurEngine:
    try:
        machine = MACHINE_ID.read_text().strip()
    except OSError:
        machine = socket.gethostname()
    chosen = settings.traps.engine_id
    own = engine_id_of(chosen) if chosen else b""
    return our_engine(machine, clock.now(), clock.monotonic(), own)


def ways_to(door: Door, inventory: Path, *, from_files: bool, tell: Tell) -> Ways:
    """Return the ways to the service behind ``door``.

    Args:
        door: the service's.
        inventory: where the files lie, for as long as no service answers.
        from_files: the files always count, not what the service has in force.
        tell: says what goes wrong.
    """
    door, quick = door.patient(_PATIENCE_S), door.patient(_SHORT_S)

    def deliver(batch: Sequence[Said]) -> int:
        arrivals = [{"kind": type(said).__name__.lower(), **to_plain(said)} for said in batch]
        try:
            return int(door.call("arrivals", arrivals=arrivals)["dropped"])
        except (NobodyHomeError, DoorRefusedError):
            return len(batch)

    def report(plain: dict[str, Any]) -> str | None:
        try:
            return str(quick.call("receiver", report=plain)["inventory"])
        except (NobodyHomeError, DoorRefusedError, KeyError):
            return None

    def fetch() -> Speakers | None:
        return read_speakers(None if from_files else door, inventory, tell)

    return Ways(deliver, report, fetch, tell)


def read_speakers(door: Door | None, inventory: Path, tell: Tell) -> Speakers | None:
    """Return who speaks from where: by what the service has in force, else by the files.

    None, and a word on why, when neither can be had.
    """
    if door is not None:
        try:
            return of_rows(door.call("speakers")["speakers"])
        except (NobodyHomeError, DoorRefusedError, KeyError, ValueError):
            pass  # an older service, or none: the files say it too
    reading = read_inventory(inventory)
    if reading.network is not None:
        return speakers(reading.network)
    first = next(finding for finding in reading.findings if finding.level is Level.ERROR)
    tell(f"the inventory cannot be used, so nothing changes: {first}")
    return None
