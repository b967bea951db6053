"""A town to say streets of."""

from collections.abc import Iterable

from netwatch.model.homes import Home
from netwatch.model.names import AreaId, DeviceId, SubscriberId
from netwatch.model.network import Area, LocalName, Network, Subscriber

ODD = [str(number) for number in range(1, 40, 2)]
EVEN = [str(number) for number in range(2, 41, 2)]
OLT = DeviceId("olt-1")


def lives(
    street: str,
    numbers: Iterable[str],
    town: str = "Dolina",
    *,
    placed: bool = True,
    area: str | None = None,
) -> list[Subscriber]:
    """Return one subscriber at each number."""
    return [
        Subscriber(
            id=SubscriberId(f"{town}-{street}-{number}-{at}".replace(" ", "")),
            device=OLT if placed else None,
            area=AreaId(area) if area else None,
            home=Home(street=street, house=number, town=town),
        )
        for at, number in enumerate(numbers)
    ]


def network_of(people: Iterable[Subscriber], *drawn: str) -> Network:
    """Return a network with these people and drawn areas."""
    areas = {AreaId(name): Area(id=AreaId(name), name=LocalName(f"os. {name}")) for name in drawn}
    return Network(subscribers={one.id: one for one in people}, areas=areas)


TOWN = [
    *lives("Polna", [*ODD, *EVEN]),
    *lives("Krótka", ["1", "2", "3"]),
    *lives("Leśna", ["4", "6"]),
    *lives("Długa", EVEN),
]
