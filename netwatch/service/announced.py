"""An address -> what is announced there, whoever lives in it: as the public page answers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from netwatch.model.plain import to_plain
from netwatch.views.board import Board
from netwatch.views.desk import DOWN, PLANNED, RESTORED, Line
from netwatch.views.known import Told, told
from netwatch.views.proof import stamp
from netwatch.web.lookup import known_from

NEAR: Final = "near"
BY_STATE: Final[Mapping[str, str]] = {
    "down": DOWN,
    "checking": DOWN,
    "works": PLANNED,
    "restored": RESTORED,
}
"""How the public page calls what it says of an address, and how the desk does."""


def announced(board: Board, address: str, at: datetime) -> tuple[Line | None, str]:
    """Return what was announced for an address as the line of somebody there; None: nothing was.

    The text names what is announced in the same street for other houses.
    """
    rows = [_row(one) for one in told(board, at) if one.public]
    if not rows or not address:
        return None, ""
    known = known_from(
        {"as_of": stamp(at), "key": "", "speaks": True, "sees": True, "phone": "", "told": rows}
    )
    found = known.of_address(address)
    if found.told is None:
        return None, ""
    if found.state == NEAR:
        return None, found.told.id
    return _line(board, found.told.id, BY_STATE[found.state]), ""


def _line(board: Board, name: str, state: str) -> Line | None:
    text = "this is what is announced for the address; on what the line hangs nobody knows"
    outage = next((one for one in board.public() if one.incident == name), None)
    work = next((one for one in board.public_works() if one.id == name), None)
    if outage is None and work is None:
        return None
    return Line(state=state, next=text, outage=outage, work=work)


def _row(one: Told) -> dict[str, object]:
    return {
        "id": one.id,
        "state": one.state,
        "since": stamp(one.since),
        "expected_end": None,
        "public": one.public,
        "stretches": to_plain(one.where)["stretches"],
        "lines": "",
    }
