"""Rows of subscribers -> Subscriber: the one list that is long, so the one with a loop of its own.

A row in which nothing is unusual takes the short way; any other is looked at cell by cell.
"""

import math
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Final

from netwatch.inventory.contacts import E164, e164, is_mail_address
from netwatch.inventory.findings import Findings
from netwatch.inventory.near import did_you_mean
from netwatch.inventory.readers import ID_REMEDY, is_language, shorten
from netwatch.inventory.registry import Registry
from netwatch.inventory.tables import Table
from netwatch.model.faults import Place
from netwatch.model.names import ID_PATTERN, AreaId, DeviceId, SubscriberId
from netwatch.model.network import Subscriber

COLUMNS: Final = (
    "id", "device", "area", "language", "name", "phone", "email", "address", "plan", "critical",
    "services", "login", "lat", "lon", "status",
)  # fmt: skip
CONTACTS: Final = ("name", "phone", "email")
SERVICES: Final = ("internet", "tv", "phone")
_LAT: Final = COLUMNS.index("lat")
_LON: Final = COLUMNS.index("lon")
_SUSPENDED: Final = {"": False, "active": False, "suspended": True}
_CRITICAL: Final = {
    **dict.fromkeys(("", "no", "false", "0"), False),
    **dict.fromkeys(("yes", "true", "1"), True),
}


@dataclass(frozen=True, slots=True)
class _Row:
    """Where the cells of one row stand, for findings."""

    table: Table
    line: int

    def place(self, column: str) -> Place:
        columns = self.table.columns
        return self.table.place(self.line, columns.index(column) if column in columns else 0)


@dataclass(slots=True)
class SubscriberRows:
    """Reads tables of subscribers one after the other; ids are unique over all of them."""

    registry: Registry
    findings: Findings
    subscribers: dict[SubscriberId, Subscriber] = field(default_factory=dict)
    contacts: dict[str, Place] = field(default_factory=dict)
    """By table: where the first contact in it stands."""
    spots: dict[SubscriberId, tuple[float, float]] = field(default_factory=dict)
    """Longitude and latitude of those who have them, in degrees."""
    _written: dict[str, tuple[str, int]] = field(default_factory=dict)
    _languages: set[str] = field(default_factory=lambda: {""})
    _services: dict[str, tuple[str, ...]] = field(default_factory=lambda: {"": ("internet",)})
    _devices: set[str] = field(init=False)
    _areas: set[str] = field(init=False)

    def __post_init__(self) -> None:
        self._devices = self.registry.of_kind("device")
        self._areas = self.registry.of_kind("area")

    def take(self, table: Table) -> None:
        """Read one table whole."""
        missing = len(table.columns)
        at = [table.columns.index(name) if name in table.columns else missing for name in COLUMNS]
        pick = itemgetter(*at)
        for line, cells in table.rows(self.findings):
            cells.append("")  # read in place of each column that the table does not have
            row = tuple(map(str.strip, pick(cells)))
            subscriber = self._usual(row) or self._unusual(row, _Row(table, line))
            if subscriber is None:
                continue
            self.subscribers[subscriber.id] = subscriber
            self._written[subscriber.id] = (table.shown, line)
            if row[_LAT] or row[_LON]:
                self._note_spot(subscriber.id, row[_LAT], row[_LON], _Row(table, line))
            if table.shown not in self.contacts:
                self._note_contacts(subscriber, _Row(table, line))

    def places(self) -> dict[str, Place]:
        """Return where each subscriber was written."""
        return {sid: Place(path, line) for sid, (path, line) in self._written.items()}

    def _usual(self, row: tuple[str, ...]) -> Subscriber | None:
        (
            sid,
            device,
            area,
            language,
            name,
            phone,
            email,
            address,
            plan,
            critical,
            services,
            login,
            _lat,
            _lon,
            status,
        ) = row
        if (
            sid in self._written
            or self.registry.bearer(sid) is not None
            or ID_PATTERN.fullmatch(sid) is None
            or (device and device not in self._devices)
            or (area and area not in self._areas)
            or language not in self._languages
            or (phone and E164.fullmatch(phone) is None)
            or (email and not is_mail_address(email))
            or critical not in _CRITICAL
            or services not in self._services
            or status not in _SUSPENDED
        ):
            return None
        return Subscriber(
            id=SubscriberId(sid),
            device=DeviceId(device) if device else None,
            area=AreaId(area) if area else None,
            language=language or None,
            name=name,
            phone=phone,
            email=email,
            address=address,
            plan=plan,
            critical=_CRITICAL[critical],
            services=self._services[services],
            login=login,
            suspended=_SUSPENDED[status],
        )

    def _unusual(self, row: tuple[str, ...], where: _Row) -> Subscriber | None:
        cell = dict(zip(COLUMNS, row, strict=True))
        sid = cell["id"]
        if not self._is_new_id(sid, where):
            return None
        about = f"subscriber {sid!r}"
        for column, kind, verb in (("device", "device", "hangs on"), ("area", "area", "lives in")):
            word = cell[column]
            if word and word not in self.registry.of_kind(kind):
                says = f"{about} {verb} {word!r}"
                self.registry.leads(where.place(column), word, (kind,), says)
                cell[column] = ""
        self._read_language(cell, about, where)
        self._read_contacts(cell, about, where)
        self._read_critical(cell, about, where)
        self._read_services(cell, about, where)
        self._read_status(cell, about, where)
        return self._usual(tuple(cell.values()))

    def _is_new_id(self, sid: str, where: _Row) -> bool:
        place = where.place("id")
        if not sid:
            self.findings.error(place, "this row has no id", "give the subscriber an id")
        elif ID_PATTERN.fullmatch(sid) is None:
            self.findings.error(place, f"{shorten(sid)!r} cannot be an id", ID_REMEDY)
        elif sid in self._written:
            path, line = self._written[sid]
            self.findings.error(
                place,
                f"the id {sid!r} is taken: a subscriber bears it in {path}:{line}",
                "give one of the two another id; ids are unique over the whole inventory",
            )
        else:
            return self.registry.bearer(sid) is None or self.registry.claim(
                "subscriber", sid, place
            )
        return False

    def _read_language(self, cell: dict[str, str], about: str, where: _Row) -> None:
        language = cell["language"]
        if not language or is_language(language):
            self._languages.add(language)
            return
        remedy = "write a language code such as pl, cs, uk or en"
        self.findings.error(
            where.place("language"), f"{about} reads {language!r}, which is no language", remedy
        )
        cell["language"] = ""

    def _read_contacts(self, cell: dict[str, str], about: str, where: _Row) -> None:
        phone, email = cell["phone"], cell["email"]
        if phone:
            cell["phone"] = e164(phone) or ""
            if not cell["phone"]:
                self.findings.warn(
                    where.place("phone"),
                    f"nobody can be called at the phone of {about}",
                    "write it with its country, such as +48555010100",
                )
        if email and not is_mail_address(email):
            self.findings.warn(
                where.place("email"),
                f"no mail arrives at the email of {about}",
                "write one address, such as name@example.com",
            )
            cell["email"] = ""

    def _read_critical(self, cell: dict[str, str], about: str, where: _Row) -> None:
        critical = cell["critical"].lower()
        cell["critical"] = critical if critical in _CRITICAL else ""
        if critical not in _CRITICAL:
            self.findings.error(
                where.place("critical"),
                f"'critical' of {about} is {critical!r}",
                "write yes or no, or leave it empty",
            )

    def _read_status(self, cell: dict[str, str], about: str, where: _Row) -> None:
        status = cell["status"].lower()
        cell["status"] = status if status in _SUSPENDED else ""
        if status not in _SUSPENDED:
            self.findings.error(
                where.place("status"),
                f"'status' of {about} is {shorten(status)!r}",
                "write active or suspended, or leave it empty",
            )

    def _read_services(self, cell: dict[str, str], about: str, where: _Row) -> None:
        written = cell["services"]
        if written in self._services:
            return
        words = tuple(dict.fromkeys(word.strip() for word in written.split(";") if word.strip()))
        wrong = [word for word in words if word not in SERVICES]
        for word in wrong:
            remedy = did_you_mean(word, SERVICES, "write internet, tv or phone, separated by ';'")
            wrong_text = f"{about} has the service {word!r}, which does not exist"
            self.findings.error(where.place("services"), wrong_text, remedy)
        if wrong:
            cell["services"] = ""
        else:
            self._services[written] = words or ("internet",)

    def _note_spot(self, sid: SubscriberId, lat: str, lon: str, where: _Row) -> None:
        spot: list[float] = []
        for column, text, most in (("lon", lon, 180), ("lat", lat, 90)):
            try:
                degrees = float(text.replace(",", "."))
            except ValueError:
                degrees = math.nan
            if -most <= degrees <= most:
                spot.append(degrees)
                continue
            said = f"is {shorten(text)!r}" if text else "is missing"
            remedy = f"write degrees between {-most} and {most}, or neither lat nor lon"
            self.findings.error(
                where.place(column), f"{column!r} of subscriber {sid!r} {said}", remedy
            )
        if len(spot) == len(("lon", "lat")):
            self.spots[sid] = (spot[0], spot[1])

    def _note_contacts(self, subscriber: Subscriber, where: _Row) -> None:
        for column in CONTACTS:
            if getattr(subscriber, column):
                self.contacts[where.table.shown] = where.place(column)
                return
