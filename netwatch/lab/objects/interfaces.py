"""The inventory's links and PON ports -> an agent's interfaces."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from netwatch.lab.makes import Make, Pon
from netwatch.lab.plan import Plan, Port
from netwatch.lab.standing import OnuState, Standing
from netwatch.lab.terminals import epon_address, numbered
from netwatch.model.names import DeviceId, LinkId

IANA_ETHERNET = 6
IANA_GPON = 250
HUAWEI_PON = 0xFA000000
HUAWEI_ETHERNET = 0x0E000000
ZTE_FIRST = 0x10000000
MBPS_ETHERNET = 10_000
MBPS_GPON = 2_488
MBPS_ONU = 1_000
OTHER = 1
BDCOM_ETHERNET, BDCOM_PON, BDCOM_ONU = 97, 109, 1 << 10
"""Source: a recording of a GP3600-16B: GigaEthernet0/1 is 97, GPON0/1 110, ONUs come from 1179."""
VSOL_PON = 1 << 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """One interface of one device, and which of the lab's elements it is."""

    index: int
    name: str
    descr: str
    alias: str
    type: int
    mbps: int
    links: tuple[LinkId, ...]
    pon: Port | None = None
    onu: DeviceId | None = None
    """BDCOM makes an interface of each ONU."""

    def up(self, standing: Standing) -> bool:
        """Say whether light and frames pass: of a PON port, whether any ONU is there."""
        if self.pon is not None:
            return self.pon not in standing.dark_pon
        if self.onu is not None:
            return standing.onus[self.onu].state is OnuState.ONLINE
        return any(link not in standing.dark_links for link in self.links)


def interfaces_of(plan: Plan, device: DeviceId, make: Make) -> tuple[Interface, ...]:
    """Return a device's interfaces in the order of their numbers.

    A port that the inventory names bears that name; a link without one gets a port that belongs
    to no name of the inventory.
    """
    pon = sorted((port for port in plan.pon if port.device == device), key=_by_numbers)
    by_name: dict[str, list[LinkId]] = defaultdict(list)
    nameless: list[LinkId] = []
    for arm in plan.arms.get(device, ()):
        if arm.near is None:
            nameless.append(arm.link)
        elif arm.near not in plan.pon:
            by_name[arm.near.name].append(arm.link)
    for number, link in enumerate(nameless, 1):
        by_name[f"eth{number}"].append(link)
    named = sorted(by_name.items(), key=lambda item: _by_numbers(Port(device, item[0])))
    of_pon = list(_pon_interfaces(plan, pon, make.pon))
    every = [*of_pon, *_ethernet(plan, device, named, make.pon)]
    if make.pon is Pon.BDCOM:
        every += [one for port in of_pon for one in _onu_interfaces(plan, port)]
    return tuple(sorted(every, key=lambda interface: interface.index))


def _pon_interfaces(plan: Plan, ports: Sequence[Port], pon: Pon | None) -> Iterator[Interface]:
    taken: set[int] = set()
    for port in ports:
        index = pon_index(port, pon)
        while index in taken:
            index += 1
        taken.add(index)
        name, descr = _pon_names(plan, port, pon)
        yield Interface(
            index=index,
            name=name,
            descr=descr,
            alias="",
            type=OTHER if pon is Pon.BDCOM else IANA_GPON,
            mbps=MBPS_GPON,
            links=(),
            pon=port,
        )


def _pon_names(plan: Plan, port: Port, pon: Pon | None) -> tuple[str, str]:
    number = ([0, *_numbers(port.name)])[-1]
    match pon:
        case Pon.ZTE:
            return f"gpon_{port.name}", ""
        case Pon.BDCOM:
            serials = [plan.network.devices[onu].serial for onu in plan.pon[port]]
            name = f"{'EPON' if any(map(epon_address, serials)) else 'GPON'}0/{number}"
            return name, name
        case Pon.VSOL:
            return f"PON{number}", f"PON{number}"
        case _:
            return f"GPON {port.name}", "Huawei-MA5600-V800R018-GPON_UNI"


def _onu_interfaces(plan: Plan, port: Interface) -> Iterator[Interface]:
    assert port.pon is not None  # noqa: S101 (an interface of a PON port)
    first = BDCOM_ONU + ((port.index - BDCOM_PON) << 16)
    for number, onu in numbered(plan.pon[port.pon], plan.terminals, 1):
        name = f"{port.name}:{number}"
        yield Interface(
            index=first + number,
            name=name,
            descr=name,
            alias=plan.written(onu),
            type=OTHER,
            mbps=MBPS_ONU,
            links=tuple(arm.link for arm in plan.arms.get(onu, ())[:1]),
            onu=onu,
        )


def pon_index(port: Port, pon: Pon | None) -> int:
    """Return a PON port's ifIndex as the vendor counts it; ``0/1/3`` is frame, slot, port.

    Source: recordings of a Huawei MA5600 (0/1/0 is 4194312192) and a ZTE C320 (1/1/2 is
    268435712).
    """
    _, slot, number = ([0, 0, 0, *_numbers(port.name)])[-3:]
    if pon is Pon.BDCOM:
        return BDCOM_PON + (number & 0xFF)
    if pon is Pon.VSOL:
        return VSOL_PON + (number & 0xFF)
    if pon is Pon.ZTE:
        return ZTE_FIRST | (max(slot - 1, 0) & 0xFF) << 16 | (max(number - 1, 0) & 0xFF) << 8
    return HUAWEI_PON | (slot & 0xFF) << 13 | (number & 0x1F) << 8


def _ethernet(
    plan: Plan, device: DeviceId, named: Sequence[tuple[str, list[LinkId]]], pon: Pon | None
) -> Iterator[Interface]:
    starts = {Pon.HUAWEI: HUAWEI_ETHERNET | 8 << 13, Pon.ZTE: ZTE_FIRST | 3 << 16}
    first = BDCOM_ETHERNET if pon is Pon.BDCOM else starts.get(pon, 1) if pon else 1
    step = {Pon.HUAWEI: 64, Pon.ZTE: 256}.get(pon, 1) if pon else 1
    for place, (name, links) in enumerate(named):
        others = sorted(
            {arm.to for arm in plan.arms.get(device, ()) if arm.link in links and arm.to != device}
        )
        yield Interface(
            index=first + place * step,
            name=name,
            descr="Huawei-MA5600-V800R018-ETHERNET" if pon is Pon.HUAWEI else name,
            alias=f"to {', '.join(others)}",
            type=IANA_ETHERNET,
            mbps=MBPS_ETHERNET,
            links=tuple(links),
        )


def _numbers(name: str) -> list[int]:
    digits = "".join(letter if letter.isascii() and letter.isdigit() else " " for letter in name)
    return [int(number) for number in digits.split()]


def _by_numbers(port: Port) -> tuple[list[int], str]:
    return (_numbers(port.name), port.name)
