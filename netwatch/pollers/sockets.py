"""The sockets that all probes share: one raw ICMP and one UDP socket per address family."""

import errno
import secrets
import socket
import struct
from ctypes import addressof, c_char, create_string_buffer
from dataclasses import dataclass
from typing import Final

BUFFER_OCTETS: Final = 8 << 20
_SO_ATTACH_FILTER: Final = 26
_SO_RCVBUFFORCE: Final = 33
_SO_SNDBUFFORCE: Final = 32
_SO_MEMINFO: Final = 55
_MEMINFO_WORDS: Final = 9
_MEMINFO_DROPS: Final = 8
SO_TIMESTAMPNS: Final = 35
_ICMP6_FILTER: Final = 1

TRY_LATER: Final = frozenset({errno.EAGAIN, errno.ENOBUFS, errno.ENOMEM, errno.EINTR})
"""The kernel takes no more just now; every other fault of sending means: never asked, so BLIND."""

_REMEDIES: Final = {
    errno.ENETUNREACH: "no route from this machine; see: ip route get ADDRESS",
    errno.EHOSTUNREACH: "no route from this machine; see: ip route get ADDRESS",
    errno.ENETDOWN: "the network interface of this machine is down",
    errno.EPERM: "a firewall of this machine forbids it; see: nft list ruleset",
    errno.EACCES: "a route or firewall of this machine forbids it; see: ip route get ADDRESS",
    errno.EADDRNOTAVAIL: "this machine has no address of that family",
    errno.EAFNOSUPPORT: "this machine has no address of that family",
}
NO_ICMP: Final = (
    "no ICMP socket: netwatch needs CAP_NET_RAW (systemd: AmbientCapabilities=CAP_NET_RAW), "
    "or its group within sysctl net.ipv4.ping_group_range"
)


@dataclass(frozen=True, slots=True)
class IcmpDoor:
    """A socket for echoes. A raw one sees whole IPv4 packets and wants our identifier checked."""

    sock: socket.socket
    family: socket.AddressFamily
    raw: bool
    ident: int


def said(fault: OSError) -> str:
    """Word why a probe could not be sent, with the way out."""
    number = fault.errno or 0
    why = (fault.strerror or str(fault)).lower()
    return f"{why}: {_REMEDIES[number]}" if number in _REMEDIES else why


def open_icmp(family: socket.AddressFamily) -> IcmpDoor | None:
    """Open the best ICMP socket this process may have: raw, else datagram, else None."""
    protocol = socket.IPPROTO_ICMP if family is socket.AF_INET else socket.IPPROTO_ICMPV6
    for kind in (socket.SOCK_RAW, socket.SOCK_DGRAM):
        try:
            sock = socket.socket(family, kind | socket.SOCK_NONBLOCK, protocol)
        except OSError:
            continue
        ident = secrets.randbits(16)
        if kind == socket.SOCK_RAW:
            _let_through_only_our_echoes(sock, family, ident)
        enlarge(sock)
        sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        return IcmpDoor(sock, family, kind == socket.SOCK_RAW, ident)
    return None


def open_udp(family: socket.AddressFamily) -> socket.socket | None:
    """Open the UDP socket from which all agents of one family are asked."""
    try:
        sock = socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        if family is socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind(("", 0))
    except OSError:
        return None
    enlarge(sock)
    return sock


def dropped(sock: socket.socket) -> int:
    """Return how many datagrams the kernel has thrown away because we were too slow."""
    info = sock.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, 4 * _MEMINFO_WORDS)
    words = struct.unpack(f"={len(info) // 4}I", info)
    return int(words[_MEMINFO_DROPS]) if len(words) > _MEMINFO_DROPS else 0


def receive_room(sock: socket.socket) -> int:
    """Return how many octets the kernel keeps for us, its own books included."""
    return sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)


def enlarge(sock: socket.socket) -> None:
    """Make room for a storm in a socket's buffers, as much as this process may have."""
    for force, plain in ((_SO_RCVBUFFORCE, socket.SO_RCVBUF), (_SO_SNDBUFFORCE, socket.SO_SNDBUF)):
        try:
            sock.setsockopt(socket.SOL_SOCKET, force, BUFFER_OCTETS)
        except PermissionError:
            sock.setsockopt(socket.SOL_SOCKET, plain, BUFFER_OCTETS)


def _let_through_only_our_echoes(
    sock: socket.socket, family: socket.AddressFamily, ident: int
) -> None:
    """Attach a classic BPF program: echo replies that bear our identifier, nothing else.

    The kernel hands every ICMP packet to every raw socket, our own requests on loopback included.
    """
    if family is socket.AF_INET:
        program = [
            (0xB1, 0, 0, 0),  # X = length of the IP header
            (0x50, 0, 0, 0),  # A = ICMP type
            (0x15, 0, 3, 0),  # echo reply?
            (0x48, 0, 0, 4),  # A = identifier
            (0x15, 0, 1, ident),
            (0x06, 0, 0, 0xFFFF),
            (0x06, 0, 0, 0),
        ]
    else:
        program = [
            (0x30, 0, 0, 0),
            (0x15, 0, 3, 129),
            (0x28, 0, 0, 4),
            (0x15, 0, 1, ident),
            (0x06, 0, 0, 0xFFFF),
            (0x06, 0, 0, 0),
        ]
        passes = [0xFFFFFFFF] * 8
        passes[129 >> 5] &= ~(1 << (129 & 31)) & 0xFFFFFFFF
        sock.setsockopt(socket.IPPROTO_ICMPV6, _ICMP6_FILTER, struct.pack("=8I", *passes))
    code = create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in program))
    at = addressof(c_char.from_buffer(code))
    sock.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, struct.pack("HL", len(program), at))
