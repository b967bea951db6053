"""Host name -> addresses, asked of the machine's resolver and not waited for long."""

import socket
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

LONGEST_S: Final = 3.0


def addresses_of(host: str) -> tuple[IPv4Address | IPv6Address, ...]:
    """Return the addresses of a name; none where nobody says within three seconds."""
    pool = ThreadPoolExecutor(1)
    try:
        found = pool.submit(socket.getaddrinfo, host, None).result(LONGEST_S)
    except (OSError, TimeoutError, UnicodeError):
        return ()
    finally:
        pool.shutdown(wait=False)
    return tuple(dict.fromkeys(ip_address(str(row[4][0]).partition("%")[0]) for row in found))
