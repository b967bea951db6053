"""A provider whose own way out can be cut: gear in a lab, everything to speak by beyond one line.

The service stands in the office, its engines in the lab. Beyond the line are the SMS gateway, the
telephone of who is on duty and the place the page is pushed to; a GSM modem is at hand.
"""

import asyncio
import csv
import json
import shutil
import socket
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import asyncssh

from netwatch.intake.door import Door
from netwatch.inventory.reader import read_inventory
from netwatch.lab.lab import Lab
from netwatch.service.clock import SteadyClock
from tests.bench.live_house import FOUND_S, WHOLE_S, LiveHouse, program, until
from tests.bench.measure import NotMeasuredError
from tests.edges.command_line_house import PASSWORD
from tests.edges.gateways import TOKEN, FakeSmsApi, form
from tests.edges.modem_house import FakeModem, Part, modem_of
from tests.edges.receiver import Receiver, receiver
from tests.edges.test_push import Guard
from tests.edges.way_out import THERE, WayOut, way_out
from tests.operator.certificates import make_certificates

GATEWAY: Final = "api.sms.example"
HOSTS: Final = "known_hosts"
STAFF: Final = "+48555010100"
POLICY: Final = """
policy:
  - {id: sms-confirmed, channel: sms, phase: confirmed, to: everyone, least_subscribers: 1}
"""
"""At once and at every hour, so that what is measured is the way and not the patience."""


class SlowlyTaken(list[Part]):
    """What a modem has sent, and when."""

    def __init__(self) -> None:
        super().__init__()
        self.at_s: list[float] = []

    def append(self, part: Part) -> None:
        """Note one more."""
        self.at_s.append(time.monotonic())
        super().append(part)


@dataclass(slots=True, kw_only=True)
class CutOffHouse:
    """What is watched, and everything that people may hear it by."""

    live: LiveHouse
    way: WayOut
    gateway: FakeSmsApi
    telephone: Receiver
    modem: FakeModem
    here: Path
    """The page as it is made."""
    there: Path
    """The page at the place off the network."""
    numbers: dict[str, str] = field(repr=False)
    """Of each subscriber."""

    def by_modem(self, since: int = 0) -> list[tuple[float, Part]]:
        """Return what the modem has sent from one on, and when by the steady clock."""
        taken = self.modem.taken
        assert isinstance(taken, SlowlyTaken)
        return list(zip(taken.at_s, taken, strict=False))[since:]

    def by_gateway(self) -> list[dict[str, str]]:
        """Return what the gateway has sent."""
        return list(self.gateway.sent)

    def said(self, place: Path) -> dict[str, Any]:
        """Return the page as machines read it at a place."""
        found: dict[str, Any] = json.loads((place / "outages.json").read_text())
        return found

    async def until(self, enough: Callable[[], bool], within_s: float) -> bool:
        """Wait until something is so; say whether it became so in time."""
        return await until(_nothing, enough, within_s)


@asynccontextmanager
async def cut_off_house(home: Path, inventory: Path, rules: Path) -> AsyncIterator[CutOffHouse]:
    """Run a lab, an office, a world and the service, in a folder whose path is short.

    Raises:
        NotMeasuredError: the service does not start.
    """
    numbers = _furnish(home, inventory, rules)
    network = read_inventory(home / "inventory").network
    assert network is not None
    ca, certificate, key = make_certificates(home, GATEWAY)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    gateway, modem = FakeSmsApi(points=10_000.0), FakeModem(taken=SlowlyTaken())
    with ExitStack() as stack:
        way = stack.enter_context(way_out(home))
        with way.in_world():
            stack.enter_context(receiver(read=form, answer=gateway, at=(THERE, 443), tls=tls))
            telephone = stack.enter_context(receiver(at=(THERE, 80)))
        stack.enter_context(modem_of(modem))
        names = sorted({device.snmp for device in network.devices.values() if device.snmp})
        config = _configure(home, names, modem.device)
        secrets = ("env", f"SSL_CERT_FILE={ca}", f"PASSWORD={PASSWORD}")
        async with (
            _far_host(home, way),
            Lab.start(network, home / "lab") as lab,
            program(home, "run", config, through=(*way.through, *secrets)),
        ):
            house = CutOffHouse(
                live=LiveHouse(
                    lab=lab,
                    door=Door([home / "state" / "run" / "door.sock"]),
                    log=home / "run.log",
                    clock=SteadyClock(),
                ),
                way=way,
                gateway=gateway,
                telephone=telephone,
                modem=modem,
                here=home / "website",
                there=home / "far" / "page",
                numbers=numbers,
            )
            if not await house.until(house.live.answers, FOUND_S):
                said = house.live.log.read_text(errors="replace")[-2000:]
                raise NotMeasuredError(f"the service did not start; it said:\n{said}")
            await asyncio.sleep(WHOLE_S)
            yield house


@asynccontextmanager
async def _far_host(home: Path, way: WayOut) -> AsyncIterator[None]:
    """Run an SFTP server in the world, and let the office know its key."""
    (home / "far" / "page").mkdir(parents=True)
    key = asyncssh.generate_private_key("ssh-ed25519")
    (home / HOSTS).write_text(f"{THERE} {key.export_public_key().decode()}")
    connections: list[asyncssh.SSHServerConnection] = []
    with way.in_world():
        listener = socket.create_server((THERE, 22))
    server = await asyncssh.create_server(
        lambda: Guard(connections), sock=listener, server_host_keys=[key],
        sftp_factory=lambda link: asyncssh.SFTPServer(link, chroot=bytes(home / "far")),
    )  # fmt: skip
    try:
        yield
    finally:
        server.close()
        for one in connections:
            one.abort()
        await asyncio.gather(*(one.wait_closed() for one in connections))


async def _nothing() -> None:
    """Look at nothing."""


def _furnish(home: Path, inventory: Path, rules: Path) -> dict[str, str]:
    """Copy what is given into the house and give everybody a telephone; return the numbers."""
    shutil.copytree(inventory, home / "inventory")
    shutil.copytree(rules, home / "rules")
    with (home / "rules" / "notices" / "policy.yaml").open("a") as file:
        file.write(POLICY)
    people = home / "inventory" / "subscribers.csv"
    with people.open(newline="") as file:
        rows = list(csv.DictReader(file))
    numbers = {row["id"]: f"+48555{place:06}" for place, row in enumerate(rows, 200_000)}
    with people.open("w", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0], "phone"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(row | {"phone": numbers[row["id"]]} for row in rows)
    return numbers


def _configure(home: Path, snmp: list[str], modem: str) -> Path:
    push = f"sftp://status@{THERE}/page?password=env:PASSWORD&known_hosts={home / HOSTS}"
    to = STAFF.replace("+", "%2B")
    lines = [
        'name = "Dolina"',
        'timezone = "Europe/Warsaw"',
        'languages = ["pl", "en"]',
        'inventory = "inventory"',
        'rules = "rules"',
        'state = "state"',
        *(f'[snmp.{json.dumps(name)}]\ncommunity = "public"' for name in snmp),
        f'[channels.duty]\nurl = "json://{THERE}/"\nthen = ["modem"]',
        f'[channels.sms]\nurl = "smsapi://{TOKEN}@{GATEWAY}?to={to}"\nthen = ["modem"]',
        f'[channels.modem]\nurl = "modem://{modem}?to={to}"',
        '[publishing]\nmode = "full"',
        f'[website]\ndirectory = "website"\npush = [{json.dumps(push)}]',
        '[lab]\nstate = "lab"',
    ]
    config = home / "netwatch.toml"
    config.write_text("\n".join(lines) + "\n")
    return config
