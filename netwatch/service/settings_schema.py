"""What netwatch.toml may say: every key, its default that works for one machine, its limits."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, with_config

from netwatch.model.names import is_id
from netwatch.model.sizes import Octets, octets
from netwatch.model.spans import span
from netwatch.pollers.snmp.security import CIPHERS, DIGESTS, engine_id_of, protocol
from netwatch.response.rules import Mode
from netwatch.service.channel_settings import Channel
from netwatch.service.inbox_settings import InboxOf
from netwatch.service.secrets import Hidden, Secret
from netwatch.service.source_settings import Contacts, Source
from netwatch.service.website_settings import Machine, Web, Website
from netwatch.telemetry.history.retention import SMALLEST_BUDGET

DEFAULT_STATE: Final = Path("/var/lib/netwatch")
DEFAULT_BUDGET: Final = Octets(20_000_000_000)
SHUT: Final = ConfigDict(extra="forbid", arbitrary_types_allowed=True)
LISTEN: Final = re.compile(r"[^\s:/]+:[0-9]{1,5}|\[[0-9a-fA-F:.]+\]:[0-9]{1,5}")
LAST_PORT: Final = 65535
LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,8})?")


class Unfit(ValueError):  # noqa: N818 (a person's slip, told as one)
    """A value that will not do, and what would."""

    def __init__(self, wrong: str, remedy: str) -> None:
        super().__init__(wrong)
        self.remedy = remedy


def _span(value: object) -> object:
    return span(value) if isinstance(value, str) else value


def _window(long: timedelta) -> timedelta:
    if not timedelta(seconds=10) <= long <= timedelta(hours=1):
        raise ValueError("must be between 10s and 1h")
    return long


def _pon(long: timedelta) -> timedelta:
    if not timedelta(seconds=5) <= long <= timedelta(minutes=10):
        raise ValueError("must be between 5s and 10min; an OLT's processor is small")
    return long


def _every(long: timedelta) -> timedelta:
    if long < timedelta(seconds=30):
        raise ValueError("must be at least 30s: each time is a login")
    return long


def _positive(long: timedelta) -> timedelta:
    if long <= timedelta(0):
        raise ValueError("must be longer than nothing")
    return long


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as fault:
        raise ValueError(f"{name!r} is no timezone; write it like Europe/Warsaw") from fault
    return name


def _language(code: str) -> str:
    if not LANGUAGE.fullmatch(code):
        raise ValueError(f"{code!r} is no language code; write it like pl or en")
    return code


def _listen(text: str) -> str:
    if not LISTEN.fullmatch(text) or not 0 < int(text.rpartition(":")[2]) <= LAST_PORT:
        raise ValueError(f"{text!r} is no address to listen on; write it like 127.0.0.1:8080")
    return text


def _address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        raise Unfit(f"{text!r} is no address", "write it like 192.0.2.5 or 2001:db8::5") from None


def _name(text: str) -> str:
    if not is_id(text):
        raise ValueError(f"{text!r} may hold only letters, digits, dot, dash and underscore")
    return text


def _protocol(known: Mapping[str, object], text: object) -> object:
    if not isinstance(text, str) or not text:
        return text
    name = protocol(text, known)
    if name is None:  # the text itself is not shown: it may be a key that stands in the wrong line
        near = get_close_matches(text.upper(), known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"use one of {', '.join(known)}"
        raise Unfit("there is no such protocol", hint)
    return name


def _digest(text: object) -> object:
    return _protocol(DIGESTS, text)


def _cipher(text: object) -> object:
    return _protocol(CIPHERS, text)


def _engine_id(text: str) -> str:
    try:
        return engine_id_of(text).hex() if text else text
    except ValueError as fault:
        raise Unfit(str(fault), "write it as 5 to 32 octets, like 80001f8804aabbccdd") from None


def _budget(size: Octets) -> Octets:
    if size < SMALLEST_BUDGET:
        least = Octets(SMALLEST_BUDGET)
        raise Unfit(f"{size} is too little for a day", f"give it {least} at least")
    return size


Span = Annotated[timedelta, BeforeValidator(_span), AfterValidator(_positive)]
Zone = Annotated[str, AfterValidator(_zone)]
Language = Annotated[str, AfterValidator(_language)]
Listen = Annotated[str, AfterValidator(_listen)]
Address = Annotated[str, AfterValidator(_address)]
Name = Annotated[str, AfterValidator(_name)]
Digest = Annotated[
    Literal["", "MD5", "SHA", "SHA-224", "SHA-256", "SHA-384", "SHA-512"], BeforeValidator(_digest)
]
Cipher = Annotated[
    Literal["", "DES", "3DES", "AES", "AES-192", "AES-256", "AES-192-C", "AES-256-C"],
    BeforeValidator(_cipher),
]
EngineId = Annotated[str, AfterValidator(_engine_id)]
Budget = Annotated[Octets, BeforeValidator(octets), AfterValidator(_budget)]
Days = Annotated[int, Field(ge=1, le=3660)]
Port = Annotated[int, Field(ge=1, le=LAST_PORT)]


@with_config(SHUT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Snmp:
    """One credential, by the name that the inventory uses. For version 3: a user and its keys.

    Case and dashes of protocols do not count. ``AES-192`` and ``AES-256`` stretch short keys as
    Net-SNMP does, ``-C`` as Cisco and others do. Without ``auth`` nothing is proved, without
    ``priv`` everybody on the way can read along.
    """

    version: Literal["1", "2c", "3"] = "2c"
    community: Hidden = field(default_factory=lambda: Secret("public"))
    port: Port = 161
    user: str = ""
    auth: Digest = ""
    auth_key: Hidden | None = None
    """A secret of at least 8 characters."""
    priv: Cipher = ""
    priv_key: Hidden | None = None
    """A secret of at least 8 characters."""
    context: str = ""
    engine_id: EngineId = ""
    """The agent's, in hexadecimal; else it is asked. Any other engine at the address is BLIND."""


@with_config(SHUT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Ssh:
    """As whom netwatch reads the command lines of some devices: docs/how-to/command-lines.md."""

    devices: str
    """Ids with wildcards, ``kind:olt``, ``site:ID``, separated by commas."""
    platform: str
    """``netwatch cli commands`` lists them."""
    user: str
    password: Hidden | None = None
    key: Hidden | None = None
    """A private key's text, as in ``file:PATH``."""
    key_passphrase: Hidden | None = None
    enable: Hidden | None = None
    """The password of ``enable``, where reading needs it."""
    port: Port = 22
    every: Annotated[Span, AfterValidator(_every)] = timedelta(minutes=5)
    """30 s at least."""
    timeout: Span = timedelta(seconds=30)
    """For logging in, and for each answer."""
    sessions: Annotated[int, Field(ge=1, le=32)] = 4
    """So many at a time."""
    commands: tuple[str, ...] = ()
    """What is asked each time, instead of what the platform's file says."""
    legacy_python: Path | None = None
    """An interpreter with ``netwatch[legacy-ssh]``, for gear that speaks only SHA-1."""


@with_config(SHUT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Polling:
    """How often devices are asked."""

    timeout: Span = timedelta(seconds=1)
    retries: Annotated[int, Field(ge=0, le=10)] = 1
    icmp: Span = timedelta(seconds=10)
    status: Span = timedelta(seconds=30)
    pon: Annotated[Span, AfterValidator(_pon)] = timedelta(seconds=15)
    """An OLT's ports and what changed behind them: 5 s to 10 min."""
    metrics: Span = timedelta(minutes=5)
    inventory: Span = timedelta(days=1)
    """How often is asked anew what a device is and where its ports and ONUs stand."""
    window: Annotated[Span, AfterValidator(_window)] = timedelta(minutes=5)
    """Over which loss and jitter of echoes are told: 10 s to 1 h."""
    processes: Annotated[int, Field(ge=1, le=64)] = 1
    """Probing engines; one does up to 20,000 devices, and each needs a core of its own."""


@with_config(SHUT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Publishing:
    """How far netwatch may speak to the public."""

    mode: Mode = Mode.SHADOW


@with_config(SHUT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Syslog:
    """Where ``netwatch traps`` receives syslog, by UDP and TCP; without ``listen`` nowhere."""

    listen: Listen | None = None
    relays: tuple[Address, ...] = ()
    """Addresses that pass on the lines of devices: from there a line's own header says whose it
    is, by the device's id or address. A relay is believed; name only those that are yours."""


@with_config(SHUT)
@dataclass(frozen=True, slots=True, kw_only=True)
class TrapUser:
    """An SNMPv3 user as whom devices send traps and informs, beside those of ``[snmp.NAME]``."""

    user: str = ""
    """NAME, if it is not given."""
    auth: Digest = ""
    auth_key: Hidden | None = None
    """A secret of at least 8 characters."""
    priv: Cipher = ""
    priv_key: Hidden | None = None
    """A secret of at least 8 characters."""


@with_config(SHUT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Traps:
    """Where ``netwatch traps`` receives traps and informs; without ``listen`` nowhere."""

    listen: Listen | None = None
    engine_id: EngineId = ""
    """Who we are to devices that inform us by SNMPv3, in hexadecimal; else made from the machine's
    own id: ``netwatch traps --status`` shows it."""
    users: Mapping[Name, TrapUser] = field(default_factory=dict)


@with_config(SHUT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """Where Prometheus may ask for the vital signs; None: nowhere."""

    listen: Listen | None = None
    devices: bool = False
    """Two numbers of each device as well: with 20,000 devices 40,000 series more"""


@with_config(SHUT)
@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryKept:
    """How much of what was measured is kept here, for `netwatch graph`."""

    directory: Path = Path("history")
    """Relative to ``state`` unless given in the file."""
    raw_days: Days = 14
    """How long everything is kept as it was measured."""
    five_minute_days: Days = 90
    """How long lowest, mean, highest and last of each five minutes are kept."""
    hourly_days: Days = 731
    """How long those of each hour are kept."""
    disk_budget: Budget = DEFAULT_BUDGET
    """What all of it may take. It wins over the days: when it is spent, the oldest goes"""


@with_config(SHUT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Influx:
    """Where measurements are copied to."""

    url: Web
    org: str = "isp"
    bucket: str = "netwatch"
    token: Hidden | None = None


@with_config(SHUT)
@dataclass(frozen=True, slots=True, kw_only=True)
class WebDesk:
    """Where page and console are served."""

    public: Listen = "127.0.0.1:8080"
    console: Listen = "127.0.0.1:8081"
    url: Web | None = None
    """Where customers reach the public address: with it they may subscribe to messages."""
    sms_to: tuple[str, ...] = ()
    """Countries to whose numbers SMS are sent that somebody asks for on the page, as `+48`; none:
    only mail is offered."""
    staff: Web | None = None
    """Where the staff reaches the public address; with it their alerts bear links, each for one
    act of one person, once."""
    hooks: Hidden | None = None
    """The secret with which gateways hand in what people answer: docs/how-to/visitors.md."""
    comments: Hidden | None = None
    """The app secret with which Meta signs what people write on our Page: docs/how-to/desk.md."""
    comments_verify: Hidden | None = None
    """The word that Meta has to say to learn that the webhook is ours; any long one of yours."""
    desk: bool = False
    """Whether the console may look up customers, without a login, where it runs as a user of its
    own."""
    office: Web | None = None
    """Where the staff reaches the console, as a proxy in front of it serves it. With https the
    cookies of those who are logged in go over nothing else."""


@with_config(SHUT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """The dead-man's switch outside that ``netwatch heartbeat`` keeps quiet."""

    url: Hidden | None = None


@with_config(SHUT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """A simulated ISP whose namespace the probing engines join."""

    state: Path | None = None


@with_config(SHUT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that ``netwatch.toml`` says; paths are absolute once read."""

    name: str = "netwatch"
    timezone: Zone = "UTC"
    languages: Annotated[tuple[Language, ...], Field(min_length=1)] = ("en",)
    inventory: Path = Path("inventory")
    rules: Path | None = None
    state: Path = DEFAULT_STATE
    snmp: Mapping[Name, Snmp] = field(default_factory=dict)
    ssh: Mapping[Name, Ssh] = field(default_factory=dict)
    polling: Polling = field(default_factory=Polling)
    channels: Mapping[Name, Channel] = field(default_factory=dict)
    publishing: Publishing = field(default_factory=Publishing)
    traps: Traps = field(default_factory=Traps)
    syslog: Syslog = field(default_factory=Syslog)
    metrics: Metrics = field(default_factory=Metrics)
    website: Website = field(default_factory=Website)
    history: HistoryKept = field(default_factory=HistoryKept)
    influxdb: Influx | None = None
    web: WebDesk = field(default_factory=WebDesk)
    inboxes: Mapping[Name, InboxOf] = field(default_factory=dict)
    heartbeat: Heartbeat = field(default_factory=Heartbeat)
    lifelines: Mapping[Name, Machine] = field(default_factory=dict)
    """Other machines that people need in an outage, such as ``pbx``, ``vpn``, ``dns-1``."""
    contacts: Contacts = field(default_factory=Contacts)
    sources: Mapping[Name, Source] = field(default_factory=dict)
    sightings: Mapping[Name, Source] = field(default_factory=dict)
    lab: Lab = field(default_factory=Lab)
