"""What may be shown of a customer to whoever looks for them: enough to tell, too little to take."""

import re
from typing import Any, Final

from netwatch.model.contacts import Contact
from netwatch.model.network import Subscriber

SHOWN_DIGITS: Final = 3
HIDDEN: Final = "***"
LEAST_DIGITS: Final = 7
LONGEST_WORD: Final = 40
MOST_WORDS: Final = 4
_DIGITS: Final = re.compile(r"[^0-9]")


def masked(one: Subscriber, contact: Contact | None, *, forgotten: bool = False) -> dict[str, Any]:
    """Return name, phone, mail and address of a line, each with most of it hidden.

    Args:
        one: whose line it is.
        contact: what the contact store holds; it goes before the inventory.
        forgotten: whether they asked to be: then the address alone is left.
    """
    name = "" if forgotten else (contact.name if contact else "") or one.name
    phone = "" if forgotten else (contact.phone if contact else "") or one.phone
    mail = "" if forgotten else (contact.email if contact else "") or one.email
    return {
        "name": masked_name(name) or None,
        "phone": masked_phone(phone) or None,
        "mail": masked_mail(mail) or None,
        "address": _place(one) or None,
    }


def masked_name(name: str) -> str:
    """Return the first letter of each word: ``Jan Nowák`` is ``J*** N***``."""
    return " ".join(f"{word[0]}{HIDDEN}" for word in name.split()[:MOST_WORDS])


def masked_phone(phone: str) -> str:
    """Return the last three digits: ``***123``; of a number with few digits none."""
    digits = _DIGITS.sub("", phone)
    if not digits:
        return ""
    return HIDDEN + (digits[-SHOWN_DIGITS:] if len(digits) >= LEAST_DIGITS else "")


def masked_mail(mail: str) -> str:
    """Return the first letter and what stands behind the ``@``'s last dot: ``j***@***.example``."""
    name, at, host = mail.partition("@")
    return f"{name[:1]}{HIDDEN}@{HIDDEN}.{host.rpartition('.')[2]}" if at else ""


def _place(one: Subscriber) -> str:
    """Return street and house, without the flat."""
    home = one.lives
    house = re.split(r"/", home.house)[0]
    words = f"{home.street} {house}".split()
    return " ".join(word[:LONGEST_WORD] for word in words)
