"""Somebody's CSV and XLSX become lines by a mapping; a cut-off file becomes nothing."""

import io
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZipFile

import openpyxl
import pytest

from netwatch.inventory.importers import Asked, Importer, importer_of
from netwatch.inventory.importers.sheets.mapping import Sheet
from netwatch.inventory.importers.sheets.tables import open_table
from netwatch.inventory.places.records import ContactRecord, LineRecord, SourceError
from netwatch.model.faults import ConfigError
from tests.operator.records import EVENING

MAPPING = """\
lines:
  file: klienci.csv
  encoding: windows-1250
  columns:
    key: Nr umowy
    subscriber: Klient
    logins: PPPoE
    gear: {constant: olt-polna}
    port: {join: [Slot, Port], by: "/"}
    onu_serial: {column: Uwagi, pattern: 'SN[: ]*([0-9A-Z]{12})'}
    street: {column: Ulica, pattern: '^(?:ul\\. )?(.*)$'}
    active: {column: Stan, values: {aktywny: "yes", zawieszony: "no"}}
  skip: {column: Stan, pattern: '^rozwi'}
contacts:
  file: klienci.csv
  encoding: windows-1250
  columns: {subscriber: Klient, phone: Telefon}
"""
HEAD = "Nr umowy;Klient;PPPoE;Slot;Port;Uwagi;Ulica;Stan;Telefon\r\n"
ROWS = (
    "1/2024;K7;jan7, jan7b;0/1;3;ONU SN: HWTC1A2B3C4D dach;ul. Łąkowa;aktywny;+48555000111\r\n"
    '2/2024;K8;ewa8;;4;"dwie\r\nlinie";Polna;zawieszony;\r\n'
    "3/2024;K9;;;;;;rozwiązana;\r\n"
)


def _importer(folder: Path, mapping: str = MAPPING) -> Importer:
    (folder / "mapping.yaml").write_text(mapping)
    asked = Asked(name="biuro", at=EVENING, keys={"mapping": "mapping.yaml"}, base=folder)
    return importer_of("csv", asked)


def _write(folder: Path, text: str = HEAD + ROWS) -> None:
    (folder / "klienci.csv").write_bytes(text.encode("windows-1250"))


def test_their_columns_become_our_fields(tmp_path: Path) -> None:
    _write(tmp_path)
    read = _importer(tmp_path).read()

    assert read.lines == (
        LineRecord(
            key="1/2024", subscriber="K7", logins=("jan7", "jan7b"), gear="olt-polna",
            port="0/1/3", onu_serial="HWTC1A2B3C4D", street="Łąkowa", active=True,
        ),
        LineRecord(
            key="2/2024", subscriber="K8", logins=("ewa8",), gear="olt-polna", port="4",
            street="Polna", active=False,
        ),
    )  # fmt: skip


def test_contacts_come_apart(tmp_path: Path) -> None:
    _write(tmp_path)
    assert next(iter(_importer(tmp_path).contacts())) == ContactRecord(
        subscriber="K7", phone="+48555000111"
    )


def test_who_stands_in_several_rows_is_one_and_a_blank_cell_takes_nothing_away(
    tmp_path: Path,
) -> None:
    mapping = (
        "contacts: {file: klienci.csv, columns: "
        "{subscriber: Klient, phone: Tel, email: Mail, consent: Zgoda}}"
    )
    (tmp_path / "klienci.csv").write_text(
        "Klient,Tel,Mail,Zgoda\n"
        "K7,+48555000111,,tak\n"
        "K8,+48555000112,,nie\n"
        "K7,,jan@example.net,tak\n"
        "K8,+48555000113,,tak\n"
    )
    assert list(_importer(tmp_path, mapping).contacts()) == [
        ContactRecord(subscriber="K7", phone="+48555000111", email="jan@example.net", consent=True),
        ContactRecord(subscriber="K8", phone="+48555000113", consent=False),
    ]


def test_xlsx_reads_as_csv_does(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(["ID", "Klient", "Port"])
    page.append([17, "K7", 3.0])
    page.append([None, None, None])
    book.save(tmp_path / "k.xlsx")
    mapping = "lines: {file: k.xlsx, columns: {key: ID, subscriber: Klient, port: Port}}"

    assert _importer(tmp_path, mapping).read().lines == (
        LineRecord(key="17", subscriber="K7", port="3"),
    )
    whole = (tmp_path / "k.xlsx").read_bytes()
    (tmp_path / "k.xlsx").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SourceError, match=r"k\.xlsx:1:1: is no whole XLSX"):
        _importer(tmp_path, mapping).read()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", r"klienci\.csv:1:1: holds no row"),
        (HEAD, r"klienci\.csv:1:1: holds no row"),
        (HEAD + "1/2024;K7;jan", r"klienci\.csv:2:1: this row has 3 cells, the head has 9"),
        (HEAD + ROWS + '4/2024;"K1', r"klienci\.csv:6:1: this row is broken"),
        (HEAD.replace("PPPoE", "PPoE") + ROWS, "no column 'PPPoE'\n  did you mean 'PPoE'"),
        (HEAD + ";K7;;;;;;aktywny;\r\n", r"klienci\.csv:2:1: key is empty"),
        (HEAD + "1;K7;;;;;;moze;\r\n", r"klienci\.csv:2:11: active is neither yes nor no"),
        (HEAD + ROWS + "4/2024;K1;;;;;;;+48555", r"klienci\.csv:6:1: the last row does not end"),
        (HEAD + "1;K7;;;;;;;\r\n1;K8;;;;;;;\r\n", r"csv:3:1: the key '1' stands in klienci"),
    ],
)
def test_a_file_that_is_not_whole_or_not_right_is_refused_by_place(
    tmp_path: Path, text: str, says: str
) -> None:
    _write(tmp_path, text)
    with pytest.raises(SourceError, match=says):
        _importer(tmp_path).read()


def _rows(path: Path, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    sheet = Sheet(file=(path.name,), columns={}, encoding=encoding)
    return [row.cells for row in open_table(path, path.name, sheet).rows()]


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1250", "utf-16"])
def test_a_file_cut_anywhere_is_refused_or_read_row_by_row_as_it_was(
    tmp_path: Path, encoding: str
) -> None:
    """A cut between two rows shows in nothing but their number; that is compared elsewhere."""
    path = tmp_path / "klienci.csv"
    whole = (HEAD + ROWS).encode(encoding)
    path.write_bytes(whole)
    rows = _rows(path, encoding)

    for end in range(len(whole)):
        path.write_bytes(whole[:end])
        with suppress(ConfigError):
            read = _rows(path, encoding)
            assert read == rows[: len(read)]


def test_an_exporter_that_never_ends_its_last_line_is_believed_when_told_so(tmp_path: Path) -> None:
    _write(tmp_path, HEAD + ROWS.rstrip("\r\n"))
    mapping = MAPPING.replace("windows-1250\n", "windows-1250\n  open_end: true\n")

    assert len(_importer(tmp_path, mapping).read().lines) == 2


def _write_xlsx(
    path: Path, alter: Mapping[bytes, bytes] | None = None, packed: int = ZIP_DEFLATED
) -> None:
    """Write a sheet of forty rows; in its parts, some octets can be put in the place of others."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in (["ID", "Klient"], *([number, f"K{number}"] for number in range(40))):
        page.append(row)
    whole = io.BytesIO()
    book.save(whole)
    with ZipFile(whole) as there, ZipFile(path, "w", packed) as made:
        for name in there.namelist():
            part = there.read(name)
            for old, new in (alter or {}).items():
                part = part.replace(old, new)
            made.writestr(name, part)


@pytest.mark.parametrize("packed", [ZIP_DEFLATED, ZIP_BZIP2, ZIP_LZMA])
def test_a_damaged_xlsx_is_refused_wherever_the_damage_is(tmp_path: Path, packed: int) -> None:
    path = tmp_path / "k.xlsx"
    _write_xlsx(path, packed=packed)
    whole, rows = path.read_bytes(), _rows(path)

    for at in range(0, len(whole), 101):
        for damaged in (whole[:at], whole[:at] + bytes([whole[at] ^ 0x5A]) + whole[at + 1 :]):
            path.write_bytes(damaged)
            with suppress(ConfigError):
                assert _rows(path) == rows


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (b'fontId="0"', b'fontId="99999999999"', "is no whole XLSX file: OverflowError"),
        (b' ref="A1:B41"', b"", "is no whole XLSX file: TypeError"),
        (b"</sheetData>", b"", "is no whole XLSX file: ParseError"),
        (b'<c r="A2" t="n">', b'<c r="A2" t="s">', "is no whole XLSX file: IndexError"),
        (b"/xl/workbook.xml", b"/xl/another.xml", "is no whole XLSX file: KeyError"),
        (b"<v>7</v>", b"<v>7+</v>", "is no whole XLSX file: ValueError"),
        (b"spreadsheetml.sheet.main+xml", b"another", "is no whole XLSX file: OSError"),
        (b"relationships/worksheet", b"relationships/chartsheet", "XLSX file: AttributeError"),
        (b"/xl/worksheets/sheet1.xml", b"/xl/worksheets/another.xml", "holds no sheet with cells"),
        (b'<row r="41"', b'<row r="99999999999"', "has rows beyond 1048576"),
    ],
)
def test_an_xlsx_that_was_altered_is_refused(
    tmp_path: Path, old: bytes, new: bytes, says: str
) -> None:
    _write_xlsx(tmp_path / "k.xlsx", {old: new})
    with pytest.raises(ConfigError, match=says):
        _rows(tmp_path / "k.xlsx")


@pytest.mark.parametrize("size", [b"A1", b"A1:A1", b"A1:XFD1048576", b"B2:B3"])
def test_all_of_a_sheet_is_read_whatever_its_exporter_says_of_its_size(
    tmp_path: Path, size: bytes
) -> None:
    _write_xlsx(tmp_path / "k.xlsx")
    rows = _rows(tmp_path / "k.xlsx")
    _write_xlsx(tmp_path / "k.xlsx", {b'ref="A1:B41"': b'ref="%s"' % size})

    assert _rows(tmp_path / "k.xlsx") == rows
    assert rows[-1] == {"ID": "39", "Klient": "K39"}


def test_a_mistake_made_here_does_not_pass_for_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write_xlsx(tmp_path / "k.xlsx")
    monkeypatch.setattr("netwatch.inventory.importers.sheets.tables._cell", lambda _: int("no"))
    with pytest.raises(ValueError, match="invalid literal"):
        _rows(tmp_path / "k.xlsx")


def test_every_mistake_of_a_page_is_told_at_once(tmp_path: Path) -> None:
    _write(tmp_path, HEAD + ";K7;;;;;;aktywny;\r\n5;;;;;;;aktywny;\r\n")
    with pytest.raises(
        SourceError, match=r"(?s)csv:2:1: key is empty.*csv:3:3: subscriber is empty"
    ):
        _importer(tmp_path).read()


@pytest.mark.parametrize(
    ("mapping", "says"),
    [
        ("lines: [", r"mapping\.yaml:\d:\d: is no YAML"),
        ("lines:\n  columns: {}\n", r"mapping\.yaml:1:1: lines\.file: "),
        (MAPPING.replace("subscriber: Klient\n    l", "l"), "the field 'subscriber' is missing"),
        (MAPPING.replace("street:", "stret:"), "no field 'stret'\n  did you mean 'street'"),
        (MAPPING.replace("'SN[: ]*(", "'SN[: ]*(("), r"mapping\.yaml:10:\d+: .*is no pattern"),
        (
            MAPPING.replace("  columns:", "  delimiter: '\\t'\n  columns:", 1),
            r"mapping\.yaml:4:3: lines\.delimiter: must be one character",
        ),
        (MAPPING.replace("windows-1250", "utf-9"), "no encoding 'utf-9'"),
        (MAPPING.replace("windows-1250", "utf-8"), "is no utf-8 text"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_told_by_place(
    tmp_path: Path, mapping: str, says: str
) -> None:
    _write(tmp_path)
    with pytest.raises(SourceError, match=says):
        _importer(tmp_path, mapping).read()


def test_the_guides_mapping_reads_a_list_of_ispadmin(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[4] / "docs" / "how-to" / "sources.md").read_text()
    mapping = guide.partition("## ISPadmin")[2].partition("```yaml\n")[2].partition("```")[0]
    head = "ID;Číslo klienta;Jméno;Ulice;Město;IP;MAC;Přípojný bod;Port;Tarif;Stav;Telefon;E-mail"
    rows = (
        "12;20240012;Příklad Jan;Dlouhá 12a;Údolí;10.0.0.7;02:00:5E:00:53:01;OLT Dlouhá;0/3;"
        "Internet 300;aktivní;777 123 456;jan@example.com\r\n"
        "13;20240013;Vzor Eva;Náves;Údolí;10.0.0.8;;SW Náves;7;Internet 100;pozastaven;;\r\n"
    )
    (tmp_path / "klienti.csv").write_bytes(f"{head}\r\n{rows}".encode("windows-1250"))
    (tmp_path / "mapping.yaml").write_text(mapping)
    keys = {"mapping": "mapping.yaml", "country": "+420"}
    source = importer_of("csv", Asked(name="isp", at=EVENING, keys=keys, base=tmp_path))

    first, second = source.read().lines
    assert (first.street, first.house, first.town) == ("Dlouhá", "12a", "Údolí")
    assert (first.gear, first.port, first.macs) == ("OLT Dlouhá", "0/3", ("02:00:5E:00:53:01",))
    assert (second.street, second.house, second.active) == ("Náves", "", False)
    assert next(iter(source.contacts())).phone == "+420777123456"


def test_coordinates_may_be_written_with_a_comma_and_rubbish_is_told(tmp_path: Path) -> None:
    mapping = MAPPING.replace(
        "    key: Nr umowy\n", "    key: Nr umowy\n    lat: Slot\n    lon: Port\n"
    )
    mapping = mapping.replace('    port: {join: [Slot, Port], by: "/"}\n', "")
    _write(tmp_path, HEAD + '1;K7;jan7;"50,0614";19.93;;Polna;aktywny;\r\n2;K8;;;;;;aktywny;\r\n')
    read = _importer(tmp_path, mapping).read()

    assert [(line.lat, line.lon) for line in read.lines] == [(50.0614, 19.93), (None, None)]

    _write(tmp_path, HEAD + "1;K7;jan7;polnoc;190;;Polna;aktywny;\r\n")
    with pytest.raises((ConfigError, SourceError), match="lat is 'polnoc'"):
        _importer(tmp_path, mapping).read()
