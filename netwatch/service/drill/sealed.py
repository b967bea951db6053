"""The edge of a drill: ways to the staff alone. There is nothing here that leads to a customer.

A drill is given no settings, no secrets and no way to open a channel: only ``StaffWay`` objects,
and those are made of channels that the policy uses for nobody else.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from netwatch.delivery.channels import Address, Channel, Gone, Reported, Sleep
from netwatch.delivery.channels.stand_in import StandIn
from netwatch.delivery.recipients import TEAM, Recipients
from netwatch.delivery.render import Text
from netwatch.model.faults import DeliveryError, NetwatchError, Retry
from netwatch.model.names import ChannelName, NoticeKey
from netwatch.response.policy import ORDINARY, WEBSITE
from netwatch.response.rules import ResponseRules
from netwatch.response.shipped import WEBPUSH
from netwatch.views.owed import Debt

MADE_UP: Final = "500 (the drill says so: this way is down for a while)"
IsDown = Callable[[ChannelName], bool]


class NoStaffWayError(NetwatchError):
    """Everything that leads to the staff leads to customers too, so a drill would leak."""

    exit_code = 4


def never_down(_channel: ChannelName) -> bool:
    """Let every way take what it is given."""
    return False


class StaffWay(StandIn):
    """A channel that the service holds, lent to a drill: it is sent by, and nothing else."""

    def __init__(self, channel: Channel, is_down: IsDown = never_down) -> None:
        super().__init__(channel)
        self._is_down = is_down

    def keep_in(self, folder: Path) -> None:
        """Leave what the channel remembers to the service."""

    def report_to(self, reported: Reported) -> None:
        """Leave reports to the service: they tell of real words too."""

    def part_with(self, gone: Gone) -> None:
        """Leave it to the service to learn which address is no more."""

    async def tend(self, sleep: Sleep) -> None:
        """Leave the tending to the service."""

    async def close(self) -> None:
        """Leave the channel open: it is lent."""

    async def send(self, to: Address, text: Text, key: NoticeKey) -> str:
        """Hand one message to one of the staff.

        Raises:
            DeliveryError: as the channel says, or the drill has this way down.
        """
        if self._is_down(self.name):
            raise DeliveryError(Retry.TRANSIENT, MADE_UP)
        return await super().send(to, text, key)


def customers_ways(rules: ResponseRules) -> frozenset[ChannelName]:
    """Return the channels by which customers may hear of anything, whatever the mode."""
    return frozenset({WEBSITE, WEBPUSH, *ORDINARY, *(rule.channel for rule in rules.policy)})


def staffs_ways(rules: ResponseRules) -> tuple[ChannelName, ...]:
    """Return the channels that lead to the staff and to nobody else, those of all first."""
    own = [name for person in rules.people.persons.values() for name in person.channels]
    named = dict.fromkeys((*rules.staff_channels, *own))
    customers = customers_ways(rules)
    return tuple(name for name in named if name not in customers)


def lent(
    channels: Iterable[Channel],
    rules: ResponseRules,
    helped: Iterable[str] = (),
) -> tuple[StaffWay, ...]:
    """Return the ways to the staff among the service's channels.

    Args:
        channels: those that the service holds.
        rules: who is told by which.
        helped: channels whose words a person posts by hand: customers read them.

    Raises:
        NoStaffWayError: there is none that leads to the staff alone.
    """
    fits = set(staffs_ways(rules)) - set(helped)
    found = tuple(StaffWay(one) for one in channels if one.name in fits)
    if not found:
        names = " ".join(staffs_ways(rules) or rules.staff_channels)
        raise NoStaffWayError(
            f"no channel leads to the staff and to nobody else (asked for: {names}); add "
            "[channels.duty] with a url of the staff's own to netwatch.toml"
        )
    return found


def hindered(ways: Iterable[StaffWay], is_down: IsDown) -> tuple[StaffWay, ...]:
    """Return the same ways, of which some may be down."""
    return tuple(StaffWay(one, is_down) for one in ways)


@dataclass(frozen=True, slots=True)
class StaffOnly(Recipients):
    """Knows where the staff is, and of nobody else: even asked, it tells no customer's address."""

    def address(self, debt: Debt) -> Address:
        """Return where one of the staff reads it.

        Raises:
            DeliveryError: it is for a customer; permanent.
        """
        if debt.due.audience not in TEAM:
            raise DeliveryError(Retry.PERMANENT, "this is a drill: customers hear nothing")
        return Recipients.address(self, debt)
