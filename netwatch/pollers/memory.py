"""How much memory this process had at most."""

import re
import resource
from pathlib import Path
from typing import Final

_STATUS: Final = Path("/proc/self/status")


def most_kb(status: Path = _STATUS) -> int:
    """Return the most resident memory so far, in KiB.

    getrusage would count for a child what its parent had when it started the child.
    """
    try:
        found = re.search(
            r"VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii", errors="replace")
        )
    except OSError:
        found = None
    return int(found[1]) if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
