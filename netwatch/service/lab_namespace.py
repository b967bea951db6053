"""A lab's state -> the network namespace from which its devices are asked."""

from pathlib import Path

from netwatch.lab.brief import read_lab_file
from netwatch.pollers.namespaces import Namespace


def namespace_of(lab: Path | None) -> Namespace | None:
    """Return the namespace of the lab whose state lies there; None: ask from where we are.

    Raises:
        LabError: no lab runs there.
    """
    if lab is None:
        return None
    found = read_lab_file(lab)
    user = None if found.user_ns is None else Path(found.user_ns)
    return Namespace(net=Path(found.net_ns), user=user)
