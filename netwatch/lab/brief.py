"""What the lab's process is told at its start, and the file by which others find it."""

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from netwatch.lab.faults import LabError, LabGoneError
from netwatch.lab.scenario import Step
from netwatch.lab.terminals import Terminal
from netwatch.model.names import DeviceId
from netwatch.model.network import Address, Network

TRAP_PORT: Final = 162
LAB_FILE: Final = "lab.json"
CONTROL_SOCKET: Final = "lab.sock"
LONGEST_SOCKET_PATH: Final = 107


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What to simulate and where to say so."""

    network: Network
    state: Path
    steps: tuple[Step, ...] = ()
    recordings: Mapping[Address, Path] = field(default_factory=dict)
    communities: Mapping[str, str] = field(default_factory=dict)
    """The community each credential name of the inventory stands for; ``public`` where none is."""
    trap_port: int = TRAP_PORT
    terminals: Mapping[DeviceId, Terminal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabFile:
    """How to reach a lab: ``lab.json`` in its state directory."""

    pid: int
    user_ns: str | None
    """None: the lab runs as root and made none."""
    net_ns: str
    control: str
    noc: str
    """The NOC's own address in there."""


def default_state() -> Path:
    """Return where a lab keeps its files unless told otherwise: one directory a user."""
    return Path(tempfile.gettempdir()) / f"netwatch-lab-{os.geteuid()}"


def prepare(state: Path) -> Path:
    """Make the state directory, for this user alone.

    Raises:
        LabError: it belongs to somebody else, or its path is too long for a socket.
    """
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        owner = state.lstat().st_uid
    except OSError as fault:
        raise LabError(
            f"{state} cannot be used: {fault.strerror}; name another with --state"
        ) from fault
    if state.is_symlink() or owner != os.geteuid():
        raise LabError(f"{state} belongs to somebody else; name another with --state")
    state = state.resolve()
    if len(os.fsencode(state / CONTROL_SOCKET)) > LONGEST_SOCKET_PATH:
        raise LabError(f"{state} is too long a path for a socket; name a shorter one with --state")
    return state


def write_lab_file(state: Path, lab: LabFile) -> None:
    """Write ``lab.json`` in one step: nobody ever reads half of it."""
    fresh = state / f"{LAB_FILE}.new"
    fresh.write_text(json.dumps(asdict(lab)) + "\n")
    fresh.replace(state / LAB_FILE)


def read_lab_file(state: Path) -> LabFile:
    """Return how to reach the lab of a state directory.

    Raises:
        LabError: no lab runs there.
    """
    try:
        plain = json.loads((state / LAB_FILE).read_text())
        lab = LabFile(**{key: plain[key] for key in LabFile.__slots__})
    except (OSError, ValueError, KeyError, TypeError):
        raise LabGoneError(
            f"no lab runs in {state}; start one with: netwatch lab run --state {state}"
        ) from None
    if not Path(f"/proc/{lab.pid}/ns/net").exists():
        raise LabGoneError(f"the lab of {state} is gone; start it again with: netwatch lab run")
    return lab
