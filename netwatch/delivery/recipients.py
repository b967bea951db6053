"""Audience + ids -> addresses, at the last moment: contacts never enter the journal."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from netwatch.delivery.channels import Address
from netwatch.delivery.page.crowds import Crowds
from netwatch.model.facts import Audience
from netwatch.model.faults import DeliveryError, Retry
from netwatch.model.names import SubscriberId
from netwatch.model.network import Network
from netwatch.views.board import Outage
from netwatch.views.owed import Debt

BY_MAIL = ("mail", "email")
TEAM = (Audience.STAFF, Audience.DESK)


def nobody_said(_recipient: str) -> str | None:
    """Stand in where no language of anybody is known."""
    return None


@dataclass(frozen=True, slots=True)
class Recipients:
    """Who is behind an id, as the inventory knows it now."""

    network: Network
    languages: Sequence[str]
    staff_language: Callable[[str], str | None] = nobody_said
    """The language of a person or a role of the staff, where somebody said which."""
    _crowds: list[Crowds] = field(default_factory=list, init=False, repr=False, compare=False)

    def discreet(self, outage: Outage) -> Outage:
        """Return an outage as the public may hear of it, whatever the channel."""
        if not self._crowds:
            self._crowds.append(Crowds(self.network))
        return self._crowds[0].discreet(outage)

    def address(self, debt: Debt) -> Address:
        """Return where a notice goes and in which language it is read.

        Staff and public have no address of their own yet: the channel's URL leads to them. Words
        that are withheld need none.

        Raises:
            DeliveryError: nobody knows an address for this recipient.
        """
        if debt.due.audience in TEAM:
            language = self.staff_language(debt.recipient) or self.languages[0]
            return Address(recipient=debt.recipient, language=language)
        if debt.due.audience is not Audience.SUBSCRIBERS or debt.due.withheld is not None:
            return Address(recipient=debt.recipient, language=self.languages[0])
        subscriber = self.network.subscribers.get(SubscriberId(debt.recipient))
        if subscriber is None:
            raise DeliveryError(Retry.PERMANENT, f"{debt.recipient} is not in the inventory")
        mail = any(word in debt.due.channel for word in BY_MAIL)
        to = subscriber.email if mail else subscriber.phone
        if not to:
            lacks = "mail address" if mail else "phone number"
            raise DeliveryError(Retry.PERMANENT, f"{debt.recipient} has no {lacks}")
        language = subscriber.language or self.languages[0]
        return Address(recipient=debt.recipient, language=language, to=to)
