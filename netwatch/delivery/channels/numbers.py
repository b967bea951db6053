"""What all ways of SMS have in common: whose number, and one text without a title."""

import re
from typing import Final

from netwatch.delivery.channels import Address
from netwatch.delivery.channels.apprise import harmless
from netwatch.delivery.render import Text
from netwatch.model.faults import DeliveryError, Retry

_BETWEEN: Final = re.compile(r"[\s().\-/]+")
_NUMBER: Final = re.compile(r"\+[0-9]{8,15}|[0-9]{3,15}")


def number_of(to: Address, default: str) -> str:
    """Return the number to send to: the recipient's, else that of the channel's URL.

    Returns:
        Digits, with the ``+`` where it was written (E.164).

    Raises:
        DeliveryError: nobody is named, or it is no number; permanent.
    """
    said = to.to or default
    if not said:
        raise DeliveryError(Retry.PERMANENT, "nobody is named: add to=NUMBER to the URL")
    number = _BETWEEN.sub("", said)
    if not _NUMBER.fullmatch(number):
        raise DeliveryError(Retry.PERMANENT, "that is not a phone number")
    return number


def one_text(text: Text) -> str:
    """Return title and body as the one text that an SMS is."""
    lines = (harmless(text.title, one_line=True), harmless(text.body).strip())
    return "\n".join(line for line in lines if line) or "-"
