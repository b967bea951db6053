"""What netwatch has learnt of one device by asking: its family, where its ports and ONUs stand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from netwatch.model.names import DeviceId
from netwatch.model.network import Device, DeviceKind, Network
from netwatch.pollers.gear.rules import SensorRule
from netwatch.pollers.library import Library, shipped_library
from netwatch.pollers.onu_list import OnuList
from netwatch.pollers.port_names import PortNames
from netwatch.pollers.profile import Profile
from netwatch.pollers.questions import Credential, Row, Target

LEARN_AGAIN_S: Final = 600.0
LEARN_SLOW_S: Final = 3600.0
LEARN_SOON_S: Final = 60.0
_BEHIND_PON: Final = frozenset({DeviceKind.SPLITTER, DeviceKind.CABINET, DeviceKind.ONU})
_VERSIONS: Final = {"1": 0, "2c": 1, "3": 3}


class PortFlow(NamedTuple):
    """How a port stood: whether it was up, its octets towards us, and whether these moved."""

    up: bool | None
    octets: int | None
    flows: bool | None


_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


def _nothing() -> Mapping[str, Any]:
    """Return one and the same nothing: an empty dictionary each would be megabytes."""
    return _NOTHING


@dataclass(slots=True, kw_only=True)
class Acquaintance:
    """One device that is asked by SNMP, and what is known of it so far."""

    device: Device
    target: Target | None
    """None: it cannot be asked, ``cannot`` says why."""
    cannot: str = ""
    library: Library = field(default_factory=shipped_library)
    """The families of which it may be one."""
    wanted_ports: tuple[str, ...] = ()
    pon_ports: tuple[str, ...] = ()
    """Those of ``wanted_ports`` behind which ONUs hang: asked for more often than the others."""
    onus: tuple[Device, ...] = ()
    profile: Profile | None = None
    ports: Mapping[str, str] = field(default_factory=_nothing)
    """Port as the inventory calls it -> row index."""
    port_names: PortNames | None = None
    """How the device calls its ports; None: not learnt yet."""
    port_rows: Mapping[str, Row] = field(default_factory=_nothing)
    """All its names for each port; kept only where ONUs are placed by port."""
    onu_lists: tuple[OnuList, ...] = ()
    """The tables of ONUs that the device answers."""
    sensor_rules: tuple[SensorRule, ...] = ()
    """Rules of the family that found a sensor."""
    sensors_due_at: float = float("-inf")
    """When all rules are tried again."""
    pon_flows: dict[str, PortFlow] = field(default_factory=dict)
    """PON port -> what passed through it when it was asked for the last time."""
    unknown_rows: int = 0
    missing: int = 0
    """ONUs of the inventory that the OLT does not list; nothing is said of them."""
    slow: bool = False
    """Whether it takes, or may take, so long that only what matters most is asked."""
    surely_slow: bool = False
    narrow: bool = False
    """Whether its counters have 32 bits only."""
    turns: dict[str, int] = field(default_factory=dict)
    session_objects: tuple[str, ...] | None = None
    """What tells how many sessions there are; empty: nothing does; None: not tried yet."""
    sessions: int = 0
    """How many there were the last time."""
    serves: bool = False
    """Whether there ever was a session, or the inventory says that it is there for them."""
    crowded: bool = False
    """Whether it has more interfaces than ports."""
    serial_due_at: float = float("-inf")
    uptime: int | None = None
    ports_due_at: float = float("-inf")
    onus_due_at: float = float("-inf")

    def is_asked_like(self, other: "Acquaintance") -> bool:
        """Say whether the same is asked of the same device, so that what was learnt still holds."""
        return (
            (self.device, self.target, self.cannot) == (other.device, other.target, other.cannot)
            and (self.wanted_ports, self.pon_ports) == (other.wanted_ports, other.pon_ports)
            and self.onus == other.onus
        )

    def take_over(self, again: "Acquaintance") -> None:
        """Take over what was learnt anew."""
        if again.profile is not self.profile:
            self.sensors_due_at = float("-inf")
        for name in ("profile", "ports", "port_names", "port_rows", "onu_lists",
                     "crowded", "session_objects", "unknown_rows", "missing",
                     "ports_due_at", "onus_due_at"):  # fmt: skip
            setattr(self, name, getattr(again, name))

    def is_spared(self, what: str, every: int) -> bool:
        """Say whether a slow device is left in peace now: it is asked every so many times."""
        self.turns[what] = turn = self.turns.get(what, 0) + 1
        return self.slow and turn % every != 0

    def look_for_ports_soon(self, now: float) -> None:
        """See before long where the ports stand: one of them is not where it was."""
        self.ports_due_at = min(self.ports_due_at, now + LEARN_SOON_S)

    def forget_rows(self) -> None:
        """Learn anew what it is and where its ports and ONUs stand: it restarted."""
        self.ports_due_at = self.onus_due_at = self.sensors_due_at = float("-inf")
        self.serial_due_at, self.narrow = float("-inf"), False
        self.port_names = self.session_objects = None
        self.pon_flows.clear()
        self.profile = configured_profile(self.device, self.library)

    def read_anew(self, library: Library) -> None:
        """Learn it anew where other families are known now."""
        if library is not self.library:
            self.library = library
            self.forget_rows()


def acquaintances(
    network: Network,
    credentials: Mapping[str, Credential],
    library: Library | None = None,
) -> dict[DeviceId, Acquaintance]:
    """Return all devices that are asked by SNMP, as strangers yet."""
    ports: dict[DeviceId, dict[str, None]] = {}
    pon: dict[DeviceId, dict[str, None]] = {}
    for link in network.links.values():
        for end, other in (link.ends, link.ends[::-1]):
            if end.port is not None:
                ports.setdefault(end.device, {})[end.port] = None
                behind = network.devices.get(other.device)
                if behind is not None and behind.kind in _BEHIND_PON:
                    pon.setdefault(end.device, {})[end.port] = None
    onus: dict[DeviceId, list[Device]] = {}
    for device in network.devices.values():
        if device.via is not None:
            onus.setdefault(device.via, []).append(device)
            if device.port is not None:
                ports.setdefault(device.via, {})[device.port] = None
                pon.setdefault(device.via, {})[device.port] = None
    library = library or shipped_library()
    return {
        device.id: _stranger(
            device,
            credentials,
            ports.get(device.id, ()),
            pon.get(device.id, ()) if device.id in onus else (),
            tuple(onus.get(device.id, ())),
            library=library,
        )
        for device in network.devices.values()
        if device.address is not None and device.snmp is not None
    }


def configured_profile(device: Device, library: Library) -> Profile | None:
    """Return the profile that the inventory names, if there is one of that name."""
    return None if device.profile is None else library.profiles.get(device.profile)


def _stranger(
    device: Device,
    credentials: Mapping[str, Credential],
    ports: Iterable[str],
    pon_ports: Iterable[str],
    onus: tuple[Device, ...],
    *,
    library: Library,
) -> Acquaintance:
    target, cannot = target_of(device, credentials)
    return Acquaintance(
        device=device,
        target=target,
        cannot=cannot,
        library=library,
        wanted_ports=tuple(ports),
        pon_ports=tuple(pon_ports),
        onus=onus,
        serves=device.kind is DeviceKind.BNG,
        profile=configured_profile(device, library),
    )


def target_of(device: Device, credentials: Mapping[str, Credential]) -> tuple[Target | None, str]:
    """Return how to ask a device by SNMP, or why it cannot be asked."""
    name = device.snmp or ""
    credential = credentials.get(name)
    if credential is None:
        return None, f"no SNMP credential {name!r}: add [snmp.{name}] to netwatch.toml"
    version, security = _VERSIONS.get(credential.version), credential.security
    if version is None:
        return None, f"SNMP version {credential.version} is not spoken: use 3, 2c or 1"
    if version == _VERSIONS["3"] and security is None:
        return None, f"[snmp.{name}] is of version 3 and names no user: add user"
    address = str(device.address)
    return Target(address, credential.port, version, credential.community, security), ""
