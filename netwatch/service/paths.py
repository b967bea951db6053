"""Where a service keeps its things, and where its door is."""

import fcntl
import os
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Final

from netwatch.model.faults import NetwatchError

SYSTEM_RUN: Final = Path("/run/netwatch")
DOOR: Final = "door.sock"
JOURNAL: Final = "journal.db"
LOCK: Final = "lock"
INFLUX_SPOOL: Final = Path("telemetry", "influxdb")
"""Below the state: what the database of measurements has not taken yet."""
LONGEST_SOCKET_PATH: Final = 107


class StateError(NetwatchError):
    """The state directory cannot be used; a person must act."""

    exit_code = 2


def prepare_state(state: Path) -> None:
    """Make the state directory where it is missing, for this user alone.

    Raises:
        StateError: it cannot be made or written.
    """
    try:
        state.mkdir(mode=0o711, parents=True, exist_ok=True)
    except OSError as fault:
        raise StateError(
            f"the state directory {state} cannot be made: {fault.strerror}\n"
            "    name another with state = ... in netwatch.toml, or run as the user netwatch"
        ) from fault
    if not os.access(state, os.W_OK | os.X_OK):
        raise StateError(
            f"the state directory {state} cannot be written\n"
            f"    give it to this user, or name another with state = ... in netwatch.toml"
        )


def lock_state(state: Path) -> IO[str]:
    """Keep others from writing here for as long as the file returned is open.

    Raises:
        StateError: another service does already.
    """
    path = state / LOCK
    file = path.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.seek(0)
        pid = file.read(20).strip() or "unknown"
        file.close()
        raise StateError(
            f"a service already runs on {state} (process {pid})\n"
            "    stop it first, or give this one another state in netwatch.toml"
        ) from None
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file


def door_path(state: Path, environ: Mapping[str, str] = os.environ) -> Path:
    """Return where this service's door is to be.

    Raises:
        StateError: the path is too long for a socket.
    """
    runtime = environ.get("RUNTIME_DIRECTORY", "").partition(":")[0]
    if runtime:
        path = Path(runtime) / DOOR
    elif os.access(SYSTEM_RUN, os.W_OK) and not somebody_at(SYSTEM_RUN / DOOR):
        path = SYSTEM_RUN / DOOR
    else:
        path = state / "run" / DOOR
    if len(os.fsencode(path)) + len(".new") > LONGEST_SOCKET_PATH:
        raise StateError(f"{path} is too long a path for a socket; use a shorter state directory")
    return path


def somebody_at(path: Path) -> bool:
    """Say whether a service answers at this door."""
    with socket.socket(socket.AF_UNIX) as knock:
        knock.settimeout(1)
        try:
            knock.connect(str(path))
        except OSError:
            return False
    return True
