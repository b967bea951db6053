"""A hardware address -> who made the device, as the IEEE registry has it."""

from netaddr import EUI, AddrFormatError, NotRegisteredError

_LOCAL = 0x02
"""Bit of the first octet: the address is nobody's, made up by the device."""


def maker_of(mac: str) -> str:
    """Return the maker's registered name; "" where the address is local, or nobody's known."""
    try:
        address = EUI(mac)
        if address.words[0] & _LOCAL:
            return ""
        return str(address.oui.registration().org)
    except (AddrFormatError, NotRegisteredError):
        return ""
