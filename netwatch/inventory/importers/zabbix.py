"""Zabbix -> gear.

Source: Zabbix' API: host.get over JSON-RPC, with an API token as bearer (6.4 and newer).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from netwatch.inventory.importers import Asked
from netwatch.inventory.importers.gear_words import kind_of
from netwatch.inventory.importers.rest import RestKeys, Row, open_rest, word
from netwatch.inventory.places.records import ContactRecord, Extract, GearRecord

_ASK = {
    "jsonrpc": "2.0",
    "method": "host.get",
    "id": 1,
    "params": {
        "output": ["hostid", "host", "name", "status"],
        "selectInterfaces": ["ip", "main", "type"],
        "selectInventory": ["type", "model", "hardware", "serialno_a", "macaddress_a", "location"],
    },
}


@dataclass(frozen=True, slots=True)
class Zabbix:
    """One Zabbix."""

    asked: Asked
    keys: RestKeys

    def read(self) -> Extract:
        """Return its hosts; it knows of no links."""
        rest = open_rest(self.asked, self.keys, {"Authorization": "Bearer {token}"})
        answer = rest.post("/api_jsonrpc.php", _ASK)
        if isinstance(answer, Mapping) and "error" in answer:
            raise self.asked.fault(
                f"it refuses: {word(answer, 'error', 'data')[:200]}",
                "give it a token that may read",
            )
        return Extract(
            source=self.asked.name,
            taken_at=self.asked.at,
            gear=tuple(_gear(row) for row in rest.listed(answer, "result")),
        )

    def contacts(self) -> Iterator[ContactRecord]:
        """Yield nothing: customers are not here."""
        return iter(())


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
