"""The veth pair between NOC and field, and the NOC's routes: everything leads into the field."""

import os
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pyroute2 import IPRoute
from pyroute2.netlink.exceptions import NetlinkError

from netwatch.lab.namespaces import Namespaces, refused
from netwatch.lab.packets import FIELD_MAC, NOC_MAC

NOC, FIELD = "noc0", "field0"
NOC_ADDRESS: Final = "198.18.0.1"
"""The NOC's own address (RFC 2544's range, nobody's on the Internet): traps are sent to it."""
GATEWAY: Final = "198.18.0.2"
NOC_ADDRESS6: Final = "fd4e:5700::1"
GATEWAY6: Final = "fe80::2"
LOCAL_TABLE: Final = 255
PERMANENT: Final = 0x80
QUEUE: Final = 10_000
BUFFER_OCTETS: Final = 32 << 20
EVERYTHING: Final = 3
"""ETH_P_ALL."""
SO_RCVBUFFORCE, SOL_PACKET, PACKET_QDISC_BYPASS = 33, 263, 20
IPV6: Final = Path("/proc/sys/net/ipv6")


@dataclass(slots=True)
class Cable:
    """The laid cable; ``socket`` is the lab's end of it."""

    socket: socket.socket
    index: int

    def plug(self, plugged: bool) -> None:
        """Pull the NOC's own plug, or put it in again: without it there is no route at all."""
        # pyroute2 runs an event loop of its own, which cannot be nested into ours
        with ThreadPoolExecutor(1) as aside:
            aside.submit(self._plug, plugged).result()

    def _plug(self, plugged: bool) -> None:
        with IPRoute() as netlink:
            if plugged:
                _up(netlink, self.index)
            else:
                netlink.link("set", index=self.index, state="down")

    def close(self) -> None:
        """Give the socket back; namespaces and cable vanish with the process."""
        self.socket.close()


def lay(namespaces: Namespaces) -> Cable:
    """Lay the cable and set up the NOC's end of it.

    The field's end gets no address and listens to nobody: the gateway that the NOC sends to has
    a MAC address that is not the field end's, so its kernel drops all. The lab reads the raw
    frames; whom it does not answer is silent.

    Raises:
        LabRefusedError: the kernel lacks veth, or allows namespaces only without powers.
    """
    try:
        with IPRoute() as netlink:
            index = _noc_end(netlink, namespaces)
        wire = _field_end(namespaces)
    except NetlinkError as fault:
        plain = OSError(fault.code, os.strerror(fault.code))
        raise refused(plain, own_user=namespaces.own_user) from fault
    except OSError as fault:
        raise refused(fault, own_user=namespaces.own_user) from fault
    return Cable(wire, index)


def _noc_end(netlink: Any, namespaces: Namespaces) -> int:
    netlink.link(
        "add",
        ifname=NOC,
        kind="veth",
        address=_mac(NOC_MAC),
        txqlen=QUEUE,
        peer={"ifname": FIELD, "net_ns_fd": namespaces.field},
    )
    index = int(netlink.link_lookup(ifname=NOC)[0])
    _open_loopback(netlink)
    _sysctls()
    _up(netlink, index)
    return index


def _open_loopback(netlink: Any) -> None:
    """Take 127.0.0.0/8 from the loopback, all but 127.0.0.1: inventories may live there."""
    loopback = netlink.link_lookup(ifname="lo")[0]
    netlink.link("set", index=loopback, state="up")
    netlink.route(
        "del", dst="127.0.0.0/8", type="local", table=LOCAL_TABLE, oif=loopback, scope=254
    )


def _sysctls() -> None:
    for name in ("all", NOC):
        conf = Path("/proc/sys/net/ipv4/conf") / name
        (conf / "route_localnet").write_text("1")
        (conf / "rp_filter").write_text("0")
    if IPV6.exists():
        conf = IPV6 / "conf" / NOC
        for key, value in (("disable_ipv6", 0), ("accept_dad", 0), ("accept_ra", 0)):
            (conf / key).write_text(str(value))


def _up(netlink: Any, index: int) -> None:
    netlink.link("set", index=index, state="up")
    netlink.addr("replace", index=index, address=NOC_ADDRESS, prefixlen=32)
    netlink.neigh("replace", dst=GATEWAY, lladdr=_mac(FIELD_MAC), ifindex=index, state=PERMANENT)
    netlink.route(
        "replace",
        dst="default",
        gateway=GATEWAY,
        oif=index,
        prefsrc=NOC_ADDRESS,
        flags=["onlink"],
    )
    if IPV6.exists():
        _up6(netlink, index)


def _up6(netlink: Any, index: int) -> None:
    family = socket.AF_INET6
    netlink.addr("replace", family=family, index=index, address=NOC_ADDRESS6, prefixlen=128)
    netlink.neigh(
        "replace",
        family=family,
        dst=GATEWAY6,
        lladdr=_mac(FIELD_MAC),
        ifindex=index,
        state=PERMANENT,
    )
    netlink.route("replace", family=family, dst="default", gateway=GATEWAY6, oif=index)


def _field_end(namespaces: Namespaces) -> socket.socket:
    with namespaces.in_field():
        if IPV6.exists():
            (IPV6 / "conf" / FIELD / "disable_ipv6").write_text("1")
        with IPRoute() as netlink:
            index = netlink.link_lookup(ifname=FIELD)[0]
            netlink.link("set", index=index, state="up", txqlen=QUEUE, arp=False)
        wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    _enlarge(wire)
    wire.setblocking(False)
    with suppress(OSError):
        wire.setsockopt(SOL_PACKET, PACKET_QDISC_BYPASS, 1)
    with namespaces.in_field():
        wire.bind((FIELD, EVERYTHING))
    return wire


def _enlarge(wire: socket.socket) -> None:
    try:
        wire.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER_OCTETS)
    except PermissionError:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_OCTETS)


def _mac(octets: bytes) -> str:
    return ":".join(f"{octet:02x}" for octet in octets)
