"""Which device it is: its serial number, as its family tells it. Pure."""

import re
from collections.abc import Generator
from typing import Final

from netwatch.model.names import CheckName
from netwatch.pollers.acquaintance import Acquaintance
from netwatch.pollers.asking import Arrivals, Heard, got, state_sample, walked
from netwatch.pollers.gear.sensing import Answers
from netwatch.pollers.gear.telling import told
from netwatch.pollers.profile import Profile
from netwatch.pollers.questions import Question

SERIAL: Final = CheckName("serial")
_MOST_ROWS: Final = 64
_LONGEST: Final = 64
_NONE: Final = re.compile(
    r"n/?a|none|null|unknown|not (?:set|available|specified)|[0x. -]*", re.IGNORECASE
)
"""What stands there where nobody has written one."""


def tell_serial(
    known: Acquaintance, profile: Profile, arrivals: Arrivals
) -> Generator[Question, Heard, None]:
    """Ask for the serial number and tell it, if the device has one."""
    family = known.library.gear.get(profile.id)
    for source in family.identity.serial if family is not None else ():
        answers = Answers()
        if source.object.startswith("1."):
            heard = yield from got(known, [source.object])
            answers.objects[source.object] = heard.answer.values[0]
        elif source.column.startswith("1."):
            columns = [source.column, *(where.column for where in source.where if where.column)]
            for column in dict.fromkeys(columns):
                heard = yield from walked(known, (column,), _MOST_ROWS)
                answers.columns[column] = {i: row[0] for i, row in heard.answer.rows.items()}
        else:
            continue
        serial = _plain(told(source, answers))
        if serial:
            arrivals.append(state_sample(known.device.id, SERIAL, serial, heard))
            return


def _plain(serial: str | None) -> str:
    """Return a serial number as it is compared; empty for what stands there where there is none."""
    text = " ".join((serial or "").split())[:_LONGEST]
    return "" if _NONE.fullmatch(text) else text
