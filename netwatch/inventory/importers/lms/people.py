"""Rows of LMS -> how its customers are reached. Pure; what comes out is for the store alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from netwatch.inventory.contacts import dialled
from netwatch.inventory.importers.databases import Row
from netwatch.inventory.importers.lms.rows import Tables, grouped, text
from netwatch.inventory.importers.lms.tables import (
    APART_SINCE,
    BY_MAIL,
    BY_SMS,
    CONTRACTOR,
    DISABLED,
    LANDLINE,
    MAIL,
    MOBILE,
    NOTIFICATIONS,
)
from netwatch.inventory.places.records import ContactRecord


@dataclass(slots=True)
class People:
    """The tables of one moment, and whom they let be told."""

    tables: Tables = field(repr=False)
    country: str
    consents: bool
    """Whether only those are told who agreed to it there."""

    def contacts(self) -> Iterator[ContactRecord]:
        """Yield each customer; a number or address that is not to be used for this is left out."""
        ways = grouped(self.tables["customercontacts"], "customerid")
        agreed = self._agreed()
        unsaid = not self.consents
        for customer in self.tables["customers"]:
            if customer.get("deleted") or customer.get("type") == CONTRACTOR:
                continue
            mail, sms = agreed.get(customer["id"], (unsaid, unsaid))
            theirs = sorted(
                (way for way in ways.get(customer["id"], ()) if not _kind(way) & DISABLED),
                key=lambda way: not _kind(way) & NOTIFICATIONS,
            )
            yield ContactRecord(
                subscriber=str(customer["id"]),
                name=f"{text(customer, 'name')} {text(customer, 'lastname')}".strip(),
                phone=self._phone(theirs) if sms else "",
                email=next((text(way, "contact") for way in theirs if _kind(way) & MAIL), "")
                if mail
                else "",
                consent=mail or sms,
                not_agreed=_without(mail=mail, sms=sms),
            )

    def _agreed(self) -> dict[Any, tuple[bool, bool]]:
        """Return who agreed to mails and to SMS; until 2020 one word stood for both."""
        if not self.consents:
            return {}
        said = self.tables["customerconsents"]
        if said:
            apart = self._release() >= APART_SINCE or any(row["type"] == BY_SMS for row in said)
            kinds = {
                customer: {row["type"] for row in rows}
                for customer, rows in grouped(said, "customerid").items()
            }
            return {
                customer: (BY_MAIL in theirs, (BY_SMS if apart else BY_MAIL) in theirs)
                for customer, theirs in kinds.items()
            }
        return {
            row["id"]: (
                bool(row.get("mailingnotice")),
                bool(row["smsnotice"] if "smsnotice" in row else row.get("mailingnotice")),
            )
            for row in self.tables["customers"]
        }

    def _release(self) -> str:
        told = (one for one in self.tables["dbinfo"] if one["keytype"] == "dbversion")
        return next((text(one, "keyvalue") for one in told), "")

    def _phone(self, ways: Sequence[Row]) -> str:
        for kind in (MOBILE, LANDLINE):
            for way in ways:
                if _kind(way) & kind and not _kind(way) & MAIL:
                    number = text(way, "contact")
                    known = dialled(number, self.country)
                    if known:
                        return known
        return ""


def _without(*, mail: bool, sms: bool) -> tuple[str, ...]:
    return tuple(word for word, agreed in (("mail", mail), ("sms", sms)) if not agreed)


def _kind(way: Row) -> int:
    return int(way.get("type") or 0)
