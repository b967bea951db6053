"""What each device claims to be: facts about real gear, so that it is recognised."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from netwatch.model.network import Device, DeviceKind
from netwatch.wire.ber import Oid


class Pon(StrEnum):
    """In whose tables an OLT shows its ONUs."""

    HUAWEI = "huawei"
    ZTE = "zte"
    VSOL = "v-sol"
    BDCOM = "bdcom"


class Tongue(StrEnum):
    """By which protocol gear tells its neighbours who it is."""

    LLDP = "lldp"
    CDP = "cdp"
    MNDP = "mndp"


@dataclass(frozen=True, slots=True)
class Make:
    """A make of device: its words, its number and what it speaks as shipped."""

    descr: str
    object_id: Oid
    pon: Pon | None = None
    speaks: frozenset[Tongue] = frozenset({Tongue.LLDP})


_ENTERPRISES: Final = (1, 3, 6, 1, 4, 1)
HUAWEI_OLT: Final = Make(
    "Huawei Integrated Access Software", (*_ENTERPRISES, 2011, 2, 123), Pon.HUAWEI
)
ZTE_OLT: Final = Make(
    "C320 Version V2.1.0 Software, Copyright (c) by ZTE Corporation Compiled",
    (*_ENTERPRISES, 3902, 1082, 1001, 320, 2, 1),
    Pon.ZTE,
)
VSOL_OLT: Final = Make("V1600G1-B", (*_ENTERPRISES, 37950, 1, 1, 6), Pon.VSOL)
BDCOM_OLT: Final = Make(
    "BDCOM(tm) GP3600-16B Software, Version 74104\r\nCopyright by Shanghai Baud Data Communication",
    (*_ENTERPRISES, 3320, 1, 390, 0),
    Pon.BDCOM,
)
JUNIPER: Final = Make(
    "Juniper Networks, Inc. mx5-t internet router, kernel JUNOS 19.4R3.11",
    (*_ENTERPRISES, 2636, 1, 1, 1, 2, 90),
)
HUAWEI_SWITCH: Final = Make(
    "S5328C-EI Huawei Versatile Routing Platform Software VRP (R) software",
    (*_ENTERPRISES, 2011, 2, 23, 95),
)
MIKROTIK: Final = Make(
    "RouterOS CRS317-1G-16S+", (*_ENTERPRISES, 14988, 1), speaks=frozenset(Tongue)
)
CISCO: Final = Make(
    "Cisco IOS Software, C2960 Software (C2960-LANBASEK9-M), Version 15.0(2)SE11",
    (*_ENTERPRISES, 9, 1, 716),
    speaks=frozenset({Tongue.CDP}),
)
DLINK: Final = Make(
    "DES-3200-28 Fast Ethernet Switch", (*_ENTERPRISES, 171, 10, 113, 5, 1), speaks=frozenset()
)
UPS: Final = Make("The Cs141 SNMP Agent", (1, 3, 6, 1, 2, 1, 33))
RADIO: Final = Make("High capacity packet radio outdoor unit", (*_ENTERPRISES, 2281, 1, 20, 2, 2))
SERVER: Final = Make(
    "Linux server 6.1.0 #1 SMP PREEMPT_DYNAMIC x86_64", (*_ENTERPRISES, 8072, 3, 2, 10)
)

BY_KIND: Final[Mapping[DeviceKind, Make]] = MappingProxyType(
    {
        DeviceKind.ROUTER: JUNIPER,
        DeviceKind.BNG: JUNIPER,
        DeviceKind.SWITCH: HUAWEI_SWITCH,
        DeviceKind.OLT: HUAWEI_OLT,
        DeviceKind.UPS: UPS,
        DeviceKind.RADIO: RADIO,
        DeviceKind.CPE: MIKROTIK,
    }
)
BY_PROFILE: Final[Mapping[str, Make]] = MappingProxyType(
    {
        "zte": ZTE_OLT,
        "zxa": ZTE_OLT,
        "v-sol": VSOL_OLT,
        "vsol": VSOL_OLT,
        "bdcom": BDCOM_OLT,
        "smartax": HUAWEI_OLT,
        "huawei-ma": HUAWEI_OLT,
        "huawei-smartax": HUAWEI_OLT,
        "huawei-s": HUAWEI_SWITCH,
        "vrp": HUAWEI_SWITCH,
        "junos": JUNIPER,
        "juniper": JUNIPER,
        "cisco": CISCO,
        "dlink": DLINK,
        "mikrotik": MIKROTIK,
        "routeros": MIKROTIK,
        "ups": UPS,
    }
)
"""By how a profile's name begins, or what it holds."""


_NETWORKING: Final = frozenset(
    {DeviceKind.ROUTER, DeviceKind.BNG, DeviceKind.SWITCH, DeviceKind.OLT, DeviceKind.RADIO}
)


def tongues(device: Device) -> frozenset[Tongue]:
    """Return what a device speaks: gear without an agent that is no network gear says nothing."""
    if device.snmp is None and device.kind not in _NETWORKING:
        return frozenset()
    return make_of(device).speaks


def make_of(device: Device) -> Make:
    """Return what a device claims to be: by its profile where one is set, else by its kind."""
    named = (device.profile or "").lower()
    if named:
        for word in sorted(BY_PROFILE, key=len, reverse=True):
            if word in named:
                return BY_PROFILE[word]
    return BY_KIND.get(device.kind, SERVER)
