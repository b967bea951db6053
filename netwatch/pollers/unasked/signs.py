"""Trap -> the sign of a kind of fault, as far as its family's table knows it."""

from netwatch.model.arrivals import Trap
from netwatch.model.unasked import Sign
from netwatch.pollers.unasked.trap_files import On, State
from netwatch.pollers.unasked.trap_table import shipped_traps


def sign_of(trap: Trap) -> tuple[Sign, str] | None:
    """Return what a trap says has begun, and of which part of the device.

    Returns:
        None where it speaks of anything else, of an end, or of what nobody knows.
    """
    meant = shipped_traps().meant(trap.oid, trap.varbinds)
    if meant is None or meant.state is not State.RAISE:
        return None
    if meant.check == "if.oper":
        return Sign.PORT_DOWN, meant.part
    if meant.check == "onu.state" and "gasp" in meant.entry.name.lower():
        return Sign.GASP, meant.part
    if meant.check == "mains" and meant.on is On.DEVICE:
        return Sign.POWER, ""
    return None
