"""What the devices of `agent.c` say, made a second time, so that each answer can be judged."""

from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import Final

PORTS: Final = 48
IF_ENTRY: Final = "1.3.6.1.2.1.2.2.1"
IF_X_ENTRY: Final = "1.3.6.1.2.1.31.1.1.1"
IN_OCTETS: Final = f"{IF_X_ENTRY}.6.1"
GET_VALUES: Final = 10
WALK_VALUES: Final = 10 * PORTS
_LOOPBACK: Final = 127 << 24
_FIELD: Final = int(IPv4Address("198.18.0.0"))
_A_BLOCK: Final = 254
_SYSTEM: Final = {
    1: "octets",
    2: "name",
    3: "number",
    4: "octets",
    5: "octets",
    6: "octets",
    7: "integer",
}
_BASIC_OCTETS: Final = frozenset({2, 6})
_BASIC_INTEGER: Final = frozenset({1, 3, 4, 7, 8})
_WIDE: Final = frozenset(range(6, 14))
_EXTENDED_OCTETS: Final = frozenset({1, 18})
_EXTENDED_INTEGER: Final = frozenset({14, 16, 17})


def loopback(number: int) -> str:
    """Return the address of a device."""
    return _address(_LOOPBACK, number)


def field(number: int) -> str:
    """Return the address of a host in the field of echoes."""
    return _address(_FIELD, number)


def is_dead(address: str, dead_every: int) -> bool:
    """Say whether the agent leaves this address unanswered."""
    if not dead_every:
        return False
    low = int(IPv4Address(address)) & 0xFFFFFF
    number = (low >> 8) * _A_BLOCK + (low & 0xFF) - 1
    return number % dead_every == dead_every - 1


def in_octets(address: str, port: int = 1) -> int:
    """Return ifHCInOctets of a port: it fits one device only."""
    return _number(address, 106, port)


def port_name(address: str, port: int) -> str:
    """Return ifName of a port."""
    return str(_value(address, "octets", 101, port))


def is_up(address: str, port: int) -> bool:
    """Say whether ifOperStatus of a port is up."""
    return _value(address, "integer", 8, port) == 1


def objects(address: str) -> Iterator[tuple[str, int | str]]:
    """Yield every object of a device with its value, in order."""
    for column, kind in _SYSTEM.items():
        yield f"1.3.6.1.2.1.1.{column}.0", _value(address, kind, column, 0)
    yield "1.3.6.1.2.1.2.1.0", _value(address, "integer", 8, 0)
    for column in range(1, 21):
        kind = "octets" if column in _BASIC_OCTETS else "number"
        kind = "integer" if column in _BASIC_INTEGER else kind
        for port in range(1, PORTS + 1):
            yield f"{IF_ENTRY}.{column}.{port}", _value(address, kind, column, port)
    for column in range(1, 20):
        kind = "octets" if column in _EXTENDED_OCTETS else "wide" if column in _WIDE else "number"
        kind = "integer" if column in _EXTENDED_INTEGER else kind
        for port in range(1, PORTS + 1):
            yield f"{IF_X_ENTRY}.{column}.{port}", _value(address, kind, 100 + column, port)


def _address(base: int, number: int) -> str:
    block, low = divmod(number, _A_BLOCK)
    return str(IPv4Address(base + (block << 8) + low + 1))


def _number(address: str, column: int, port: int) -> int:
    return (int(IPv4Address(address)) << 16) + column * 64 + port


def _value(address: str, kind: str, column: int, port: int) -> int | str:
    if kind == "name":
        return ".1.3.6.1.4.1.32473.1"
    if kind == "octets":
        return f"d{int(IPv4Address(address)) & 0xFFFFFF} c{column} p{port}"
    if kind == "integer":
        return port if column == 1 else 1 + (int(IPv4Address(address)) + port) % 2
    number = _number(address, column, port)
    return number if kind == "wide" else number & 0xFFFFFFFF
