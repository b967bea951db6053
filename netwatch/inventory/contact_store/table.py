"""A CSV table of contacts <-> contacts. Mistakes are told by place; a cell is never shown."""

import csv
from collections.abc import Iterable, Iterator
from typing import Final, TextIO

from netwatch.inventory.contacts import e164, is_mail_address
from netwatch.inventory.findings import Findings
from netwatch.inventory.readers import is_language
from netwatch.inventory.tables import Table, read_table
from netwatch.model.contacts import Contact
from netwatch.model.names import ID_PATTERN

COLUMNS: Final = (
    "id", "name", "phone", "email", "language", "services", "consent", "opt_outs", "two_way",
    "not_agreed", "agreed", "chats",
)  # fmt: skip
_YES: Final = ("yes", "true", "1", "tak")
_NO: Final = ("no", "false", "0", "nie")


def read_contacts_table(shown: str, data: bytes, findings: Findings) -> Iterator[Contact]:
    """Yield the contacts of a table; rows that cannot be used are told and left out."""
    table = read_table(shown, data, COLUMNS, ("id",), findings)
    if table is None:
        return
    for line, cells in table.rows(findings):
        cell = dict(zip(table.columns, map(str.strip, cells), strict=True))
        if ID_PATTERN.fullmatch(cell["id"]) is None:
            _wrong(table, line, "id", "cannot be an id", findings)
            continue
        yield _contact(table, line, cell, findings)


def unsaid_by(data: bytes) -> frozenset[str]:
    """Return the columns that a table does not have: what was kept of them stays as it is."""
    table = read_table("", data, COLUMNS, ("id",), Findings())
    return frozenset() if table is None else frozenset(COLUMNS) - frozenset(table.columns)


def write_contacts_table(contacts: Iterable[Contact], to: TextIO) -> None:
    """Write contacts as the table that `netwatch contacts import` reads."""
    writer = csv.writer(to, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in contacts:
        writer.writerow(
            (
                one.subscriber, one.name, one.phone, one.email, one.language,
                ";".join(one.services), _word(one.consent), ";".join(one.opt_outs),
                _word(one.two_way), ";".join(one.not_agreed), ";".join(one.agreed),
                ";".join(one.chats),
            )
        )  # fmt: skip


def _contact(table: Table, line: int, cell: dict[str, str], findings: Findings) -> Contact:
    phone, email, language = (cell.get(key, "") for key in ("phone", "email", "language"))
    number = e164(phone) if phone else ""
    if number is None:
        _warn(table, line, "phone", "nobody can be called at this number", findings)
    if email and not is_mail_address(email):
        _warn(table, line, "email", "no mail arrives at this address", findings)
        email = ""
    if language and not is_language(language):
        _wrong(table, line, "language", "is no language code, such as pl", findings)
    return Contact(
        subscriber=cell["id"],
        name=cell.get("name", ""),
        phone=number or "",
        email=email,
        language=language,
        services=_words(cell.get("services", "")),
        consent=_is_yes(table, line, cell, "consent", findings, otherwise=True),
        opt_outs=_words(cell.get("opt_outs", "")),
        two_way=_is_yes(table, line, cell, "two_way", findings, otherwise=False),
        not_agreed=_words(cell.get("not_agreed", "")),
        agreed=_words(cell.get("agreed", "")),
        chats=_words(cell.get("chats", "")),
    )


def _is_yes(
    table: Table, line: int, cell: dict[str, str], column: str, findings: Findings, *,
    otherwise: bool,
) -> bool:  # fmt: skip
    word = cell.get(column, "").lower()
    if word and word not in (*_YES, *_NO):
        _wrong(table, line, column, "is neither yes nor no", findings)
    return word in _YES if word else otherwise


def _words(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip().lower() for word in cell.split(";") if word.strip()))


def _word(yes: bool) -> str:
    return "yes" if yes else "no"


def _wrong(table: Table, line: int, column: str, wrong: str, findings: Findings) -> None:
    place = table.place(line, table.columns.index(column))
    findings.error(place, f"the {column} {wrong}", "correct the row, or leave the cell empty")


def _warn(table: Table, line: int, column: str, wrong: str, findings: Findings) -> None:
    place = table.place(line, table.columns.index(column))
    findings.warn(place, wrong, "left out; correct it where it came from")
