"""Ethernet, IPv4, IPv6, ICMP echo and UDP, as octets. Only what the lab answers and says."""

import struct
from typing import Final, NamedTuple

NOC_MAC: Final = bytes.fromhex("024e57000001")
FIELD_MAC: Final = bytes.fromhex("024e57000002")
"""Nobody's: it differs from the real one of the lab's end, so that kernel ignores all packets."""
IPV4, IPV6 = b"\x08\x00", b"\x86\xdd"
ICMP, UDP, ICMP6 = 1, 17, 58
ECHO, ECHO_REPLY = 8, 0
ECHO6, ECHO_REPLY6 = 128, 129
SNMP_PORT: Final = 161
TTL: Final = 64
ETHERNET, PLAIN_IPV4, IPV6_HEAD, UDP_HEAD, ICMP_HEAD = 14, 20, 40, 8, 8
ONES: Final = 0xFFFF
_TO_NOC4: Final = NOC_MAC + FIELD_MAC + IPV4
_TO_NOC6: Final = NOC_MAC + FIELD_MAC + IPV6
_IPV4: Final = struct.Struct("!BBHHHBBH4s4s")
_IPV6: Final = struct.Struct("!IHBB16s16s")
_UDP: Final = struct.Struct("!HHHH")


class Packet(NamedTuple):
    """What came in: from whom to whom, over which protocol, and the payload of IP."""

    source: bytes
    target: bytes
    protocol: int
    body: bytes


class Datagram(NamedTuple):
    """A UDP datagram's ports and payload."""

    source_port: int
    target_port: int
    data: bytes


def opened(frame: bytes) -> Packet | None:
    """Return the IP packet in a frame; None for other things, fragments and broken lengths."""
    kind = frame[12:14]
    if kind == IPV4:
        return _opened4(frame)
    return _opened6(frame) if kind == IPV6 else None


def _opened4(frame: bytes) -> Packet | None:
    if len(frame) < ETHERNET + PLAIN_IPV4 or frame[14] >> 4 != 4:  # noqa: PLR2004 (IPv4)
        return None
    if (frame[20] & 0x3F) | frame[21]:
        return None
    start = ETHERNET + (frame[14] & 15) * 4
    end = ETHERNET + (frame[16] << 8 | frame[17])
    if not ETHERNET + PLAIN_IPV4 <= start <= end <= len(frame):
        return None
    return Packet(frame[26:30], frame[30:34], frame[23], frame[start:end])


def _opened6(frame: bytes) -> Packet | None:
    start = ETHERNET + IPV6_HEAD
    if len(frame) < start:
        return None
    end = start + (frame[18] << 8 | frame[19])
    if end > len(frame):
        return None
    return Packet(frame[22:38], frame[38:54], frame[20], frame[start:end])


def checksum(data: bytes, start: int = 0) -> int:
    """Return the Internet checksum (RFC 1071): a number's rest by 65535 is its ones' sum."""
    padded = data if len(data) % 2 == 0 else data + b"\0"
    rest = (int.from_bytes(padded, "big") + start) % ONES
    return ONES - rest if rest else (ONES if not start and not any(padded) else 0)


def echo_reply(packet: Packet) -> bytes | None:
    """Return the frame that answers an echo request; None when it is none, or is damaged."""
    body = packet.body
    if len(body) < ICMP_HEAD:
        return None
    if packet.protocol == ICMP:
        if body[0] != ECHO or checksum(body):
            return None
        silent = b"\0\0\0\0" + body[4:]
        answer = b"\0\0" + checksum(silent).to_bytes(2, "big") + body[4:]
        return ipv4_frame(packet.target, packet.source, ICMP, answer)
    if packet.protocol != ICMP6 or body[0] != ECHO6:
        return None
    silent = bytes((ECHO_REPLY6, 0, 0, 0)) + body[4:]
    total = checksum(silent, _pseudo(packet.target, packet.source, ICMP6, len(silent)))
    answer = silent[:2] + total.to_bytes(2, "big") + silent[4:]
    return ipv6_frame(packet.target, packet.source, ICMP6, answer)


def datagram(packet: Packet) -> Datagram | None:
    """Return the UDP datagram in a packet. Its checksum is not looked at: veth leaves it open."""
    body = packet.body
    if packet.protocol != UDP or len(body) < UDP_HEAD:
        return None
    source, target, length, _ = _UDP.unpack_from(body)
    if not UDP_HEAD <= length <= len(body):
        return None
    return Datagram(source, target, body[UDP_HEAD:length])


def udp_frame(source: bytes, target: bytes, message: Datagram) -> bytes:
    """Return the frame of a UDP datagram between two addresses of the same family."""
    length = UDP_HEAD + len(message.data)
    bare = _UDP.pack(message.source_port, message.target_port, length, 0) + message.data
    total = checksum(bare, _pseudo(source, target, UDP, length)) or ONES
    body = bare[:6] + total.to_bytes(2, "big") + bare[8:]
    frame = ipv4_frame if len(source) == 4 else ipv6_frame  # noqa: PLR2004 (octets of IPv4)
    return frame(source, target, UDP, body)


def ipv4_frame(source: bytes, target: bytes, protocol: int, body: bytes) -> bytes:
    """Return an IPv4 packet in its frame, towards the NOC."""
    length = PLAIN_IPV4 + len(body)
    head = _IPV4.pack(0x45, 0, length, 0, 0x4000, TTL, protocol, 0, source, target)
    total = checksum(head)
    return b"".join((_TO_NOC4, head[:10], total.to_bytes(2, "big"), head[12:], body))


def ipv6_frame(source: bytes, target: bytes, protocol: int, body: bytes) -> bytes:
    """Return an IPv6 packet in its frame, towards the NOC."""
    head = _IPV6.pack(6 << 28, len(body), protocol, TTL, source, target)
    return b"".join((_TO_NOC6, head, body))


def _pseudo(source: bytes, target: bytes, protocol: int, length: int) -> int:
    return int.from_bytes(source + target, "big") % ONES + protocol + length
