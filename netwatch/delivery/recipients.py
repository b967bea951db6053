"""Audience + ids -> addresses, at the last moment: contacts never enter the journal."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from netwatch.delivery.channels import Address
from netwatch.delivery.page.crowds import Crowds
from netwatch.model.contacts import Contact, ContactsShutError
from netwatch.model.facts import Audience, Phase
from netwatch.model.faults import DeliveryError, Retry
from netwatch.model.follower_facts import OPT_IN
from netwatch.model.names import AreaId, ChannelName, SubscriberId
from netwatch.model.network import Network, Subscriber
from netwatch.views.board import Outage
from netwatch.views.owed import Debt

BY_MAIL = ("mail", "email")
BY_PUSH = "push"
TEAM = (Audience.STAFF, Audience.DESK)


def nobody_said(_recipient: str) -> str | None:
    """Stand in where no language of anybody is known."""
    return None


def no_ways(_recipient: str) -> Sequence[ChannelName]:
    """Stand in where nobody has channels of their own."""
    return ()


def at_any_hour(_channel: ChannelName, _phase: Phase, _moment: datetime) -> bool:
    """Stand in where no hours are kept."""
    return False


def nothing_kept(_subscriber: str) -> Contact | None:
    """Stand in where there is no contact store."""
    return None


@dataclass(frozen=True, slots=True)
class Recipients:
    """Who is behind an id, as the inventory knows it now."""

    network: Network
    languages: Sequence[str]
    staff_language: Callable[[str], str | None] = nobody_said
    """The language of a person or a role of the staff, where somebody said which."""
    staff_contact: Callable[[str], str | None] = nobody_said
    """Under which id the contact store has a person of the staff; None: it is none."""
    staff_ways: Callable[[str], Sequence[ChannelName]] = no_ways
    """The channels of a person's own, the best first."""
    contact: Callable[[str], Contact | None] = nothing_kept
    """What the contact store says of a customer at this moment."""
    asleep: Callable[[ChannelName, Phase, datetime], bool] = at_any_hour
    """Whether the policy lets no words of a phase out by a channel at this hour."""
    page: str = ""
    """Address of the public page; empty: nobody said where it is."""
    _crowds: list[Crowds] = field(default_factory=list, init=False, repr=False, compare=False)

    def discreet(self, outage: Outage) -> Outage:
        """Return an outage as the public may hear of it, whatever the channel."""
        return self._places.discreet(outage)

    def address(self, debt: Debt) -> Address:
        """Return where a notice goes and in which language it is read.

        The public has no address of its own, nor has staff of whom the contact store knows none:
        the channel's URL leads to them. Words that are withheld need none.

        Raises:
            DeliveryError: nobody knows an address for this recipient.
        """
        if debt.due.audience in TEAM:
            return self._colleague(debt)
        if debt.due.audience is not Audience.SUBSCRIBERS or debt.due.withheld is not None:
            return Address(recipient=debt.recipient, language=self.languages[0])
        return self._customer(debt)

    def _colleague(self, debt: Debt) -> Address:
        """Return where one of the staff reads it: where no number is known, the channel leads."""
        language = self.staff_language(debt.recipient) or self.languages[0]
        kept = self._known_of(debt.recipient)
        mail = any(word in debt.due.channel for word in BY_MAIL)
        to = "" if kept is None else kept.email if mail else kept.phone
        return Address(recipient=debt.recipient, language=language, to=to or None)

    def _known_of(self, colleague: str) -> Contact | None:
        """Return what the contact store says of a colleague; shut, it delays no alert."""
        name = self.staff_contact(colleague)
        try:
            return None if name is None else self.contact(name)
        except ContactsShutError:
            return None

    def _customer(self, debt: Debt) -> Address:
        subscriber = self.network.subscribers.get(SubscriberId(debt.recipient))
        first = self._first_line(debt)
        if first != debt.recipient:
            raise DeliveryError(Retry.PERMANENT, f"{debt.recipient} is told as {first}")
        kept = self._kept(self._person(debt.recipient)) or self._kept(debt.recipient)
        if subscriber is None and kept is None:
            raise DeliveryError(Retry.PERMANENT, f"{debt.recipient} is not in the inventory")
        invited = debt.due.subject == OPT_IN
        if kept is not None and kept.refuses(debt.due.channel) and not invited:
            raise DeliveryError(Retry.PERMANENT, f"{debt.recipient} does not want this")
        known = [one for one in (kept, subscriber) if one is not None]
        if BY_PUSH in debt.due.channel:
            lacks, to = "browser subscribed", "\n".join(kept.browsers if kept else ())
        elif any(word in debt.due.channel for word in BY_MAIL):
            lacks, to = "mail address", next(filter(None, (one.email for one in known)), "")
        else:
            lacks, to = "phone number", next(filter(None, (one.phone for one in known)), "")
        if not to:
            raise DeliveryError(Retry.PERMANENT, f"{debt.recipient} has no {lacks}")
        language = next(filter(None, (one.language for one in known)), self.languages[0])
        page = self._page(debt, subscriber, kept, language)
        return Address(recipient=debt.recipient, language=language, to=to, page=page)

    def _page(
        self, debt: Debt, subscriber: Subscriber | None, kept: Contact | None, language: str
    ) -> str:
        """Return where their area stands on the page: the first of theirs that it is about."""
        if not self.page:
            return ""
        theirs = [] if kept is None else list(map(AreaId, kept.areas))
        theirs += [subscriber.area] if subscriber is not None and subscriber.area else []
        touched = (one for one in theirs if self._touch(one, debt.due.areas))
        name = next(iter(self._places.named(touched)), "index")
        read = language if language in self.languages else self.languages[0]
        return f"{self.page.rstrip('/')}/{read}/{name}.html"

    def _touch(self, area: AreaId, others: Iterable[AreaId]) -> bool:
        """Say whether an area is one of the others, lies in one, or one of them in it."""
        around = self._places.around
        return any(one in around(area) or area in around(one) for one in others)

    @property
    def _places(self) -> Crowds:
        if not self._crowds:
            self._crowds.append(Crowds(self.network))
        return self._crowds[0]

    def _person(self, recipient: str) -> str:
        subscriber = self.network.subscribers.get(SubscriberId(recipient))
        return recipient if subscriber is None else subscriber.person

    def _first_line(self, debt: Debt) -> str:
        """Return as which of their lines a person hears of this: they hear of it once."""
        person = self._person(debt.recipient)
        return next(one for one in debt.due.recipients if self._person(one) == person)

    def _kept(self, person: str) -> Contact | None:
        try:
            return self.contact(person)
        except ContactsShutError as fault:  # a person can mend it; the words wait
            raise DeliveryError(Retry.TRANSIENT, str(fault)) from None
