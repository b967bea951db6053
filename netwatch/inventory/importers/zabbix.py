"""Zabbix -> gear.

Source: Zabbix' API: host.get over JSON-RPC. An API token goes as bearer since 6.4, as ``auth`` of
the question before (which 7.2 refuses); apiinfo.version tells which, and is asked without either.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from netwatch.inventory.importers import Asked
from netwatch.inventory.importers.gear_words import kind_of
from netwatch.inventory.importers.rest import RestKeys, Row, open_rest, token_of, word
from netwatch.inventory.places.records import ContactRecord, Extract, GearRecord

_ASK: Final = {
    "jsonrpc": "2.0",
    "method": "host.get",
    "id": 1,
    "params": {
        "output": ["hostid", "host", "name", "status"],
        "selectInterfaces": ["ip", "main", "type"],
        "selectInventory": ["type", "model", "hardware", "serialno_a", "macaddress_a", "location"],
    },
}
_VERSION: Final = {"jsonrpc": "2.0", "method": "apiinfo.version", "id": 1, "params": []}
_PATH: Final = "/api_jsonrpc.php"
BEARER_SINCE: Final = (6, 4)


@dataclass(frozen=True, slots=True)
class Zabbix:
    """One Zabbix."""

    asked: Asked
    keys: RestKeys

    def read(self) -> Extract:
        """Return its hosts; it knows of no links."""
        bare = open_rest(self.asked, self.keys, lambda _token: {})
        version = self._result(bare.post(_PATH, _VERSION))
        if _release(version) >= BEARER_SINCE:
            rest = open_rest(
                self.asked, self.keys, lambda token: {"Authorization": f"Bearer {token}"}
            )
            answer = rest.post(_PATH, _ASK)
        else:
            rest = bare
            answer = rest.post(_PATH, {**_ASK, "auth": token_of(self.asked, self.keys)})
        self._result(answer)
        return Extract(
            source=self.asked.name,
            taken_at=self.asked.at,
            gear=tuple(_gear(row) for row in rest.listed(answer, "result")),
        )

    def _result(self, answer: object) -> object:
        if isinstance(answer, Mapping) and "error" in answer:
            raise self.asked.fault(
                f"it refuses: {word(answer, 'error', 'data')[:200]}",
                "give it a token that may read",
            )
        return answer.get("result") if isinstance(answer, Mapping) else None

    def contacts(self) -> Iterator[ContactRecord]:
        """Yield nothing: customers are not here."""
        return iter(())


def _release(version: object) -> tuple[int, ...]:
    """Return major and minor; what says no version is a new release."""
    parts = str(version).split(".")[:2]
    return tuple(map(int, parts)) if all(part.isdecimal() for part in parts) else BEARER_SINCE


def _gear(row: Row) -> GearRecord:
    told = row.get("inventory")
    name = word(row, "name") or word(row, "host")
    model = word(told, "model") or word(told, "hardware")
    faces = row.get("interfaces")
    ways = sorted(
        (face for face in faces if isinstance(face, Mapping)) if isinstance(faces, list) else (),
        key=lambda face: (word(face, "main") != "1", word(face, "type") != "2"),
    )
    return GearRecord(
        key=word(row, "hostid"),
        name=name,
        kind=kind_of(word(told, "type"), model, name),
        model=model,
        serial=word(told, "serialno_a"),
        mac=word(told, "macaddress_a"),
        address=next((ip for face in ways if (ip := word(face, "ip"))), ""),
        location=word(told, "location"),
    )


def importer(asked: Asked) -> Zabbix:
    """Return the importer of this section.

    Raises:
        SourceError: a key of the section is wrong.
    """
    return Zabbix(asked, asked.fit(RestKeys))
