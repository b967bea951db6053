"""An outage told by streets, while it grows, shrinks and ends."""

from ipaddress import IPv4Address

from netwatch.delivery.page.content import Site, content
from netwatch.delivery.page.crowds import Crowds
from netwatch.delivery.page.edition import Edition
from netwatch.delivery.page.machine import outages_json
from netwatch.journal.codec import decode, encode
from netwatch.model.facts import IncidentOpened, IncidentRevised, Phase
from netwatch.model.homes import Home
from netwatch.model.names import DeviceId, LinkId, SubscriberId
from netwatch.model.network import Device, DeviceKind, End, Link, Network, Subscriber
from netwatch.model.street_map import street_map
from netwatch.views.board import Board
from netwatch.views.streets import listed
from tests.scenarios.night import MINUTE, SECOND, Night, Told, World
from tests.unit.delivery.wording_examples import renderer

PORTS = 2
HOMES = 20


def street() -> Network:
    """Return an OLT of two ports: Polna 1-20 on one, 21-40 on the other; three not placed."""
    core, olt = DeviceId("core"), DeviceId("olt")
    devices = [
        Device(id=core, kind=DeviceKind.ROUTER, address=IPv4Address("127.20.0.1")),
        Device(id=olt, kind=DeviceKind.OLT, address=IPv4Address("127.20.0.2")),
    ]
    links = [Link(id=LinkId("up"), ends=(End(device=core), End(device=olt)))]
    people = [
        Subscriber(id=SubscriberId(f"U{n}"), home=Home(street="Polna", house=n, town="Dolina"))
        for n in ("4", "6", "38")
    ]
    for port in range(PORTS):
        splitter = DeviceId(f"s{port}")
        devices.append(Device(id=splitter, kind=DeviceKind.SPLITTER))
        ends = (End(device=olt, port=f"0/1/{port}"), End(device=splitter))
        links.append(Link(id=LinkId(f"feeder-{port}"), ends=ends))
        for n in range(port * HOMES + 1, (port + 1) * HOMES + 1):
            onu = DeviceId(f"onu-{n}")
            devices.append(Device(id=onu, kind=DeviceKind.ONU, via=olt, port=f"0/1/{port}"))
            ends = (End(device=splitter), End(device=onu))
            links.append(Link(id=LinkId(f"drop-{n}"), ends=ends))
            home = Home(street="ul. Polna", house=str(n), town="Dolina")
            people.append(Subscriber(id=SubscriberId(f"S{n}"), device=onu, home=home))
    return Network(
        vantage=core,
        gateways=(core,),
        devices={one.id: one for one in devices},
        links={one.id: one for one in links},
        subscribers={one.id: one for one in people},
    )


def night_of_a_cut() -> Told:
    night = Night()
    night.world = World(street())
    night.passes(30 * SECOND)
    night.world.cut.add(LinkId("feeder-0"))
    night.passes(2 * MINUTE)
    night.world.cut.clear()
    night.passes(3 * MINUTE)
    return night.told()


def test_a_feeder_is_cut_and_its_street_finds_itself() -> None:
    told = night_of_a_cut()

    (outage,) = told.incidents
    assert list(listed(outage.where_at_worst)) == ["ul. Polna 1-20"]
    assert outage.where_at_worst.possibly == 2
    crowds = Crowds(street())
    board = told.replayed.board
    site = Site(name="Dolina", timezone="Europe/Warsaw", languages=("pl", "en"))
    page = Edition(
        content=content(board, crowds, outage.opened_at + 5 * MINUTE),
        site=site,
        crowds=crowds,
        words=renderer(street()),
        at=outage.opened_at + 5 * MINUTE,
    )
    (card,) = page.content.recent
    assert card.phase is Phase.RESTORED
    assert page.text(card, "pl").title.endswith(" – Dolina: ul. Polna 1–20")
    assert b'"streets":["ul. Polna 1-20"]' in outages_json(page)


def test_all_that_is_said_is_of_one_cut_and_read_from_the_journal_again() -> None:
    told = night_of_a_cut()
    known = street_map(street())

    said = [
        fact.diagnosis.where
        for fact in told.replayed.facts
        if isinstance(fact, IncidentOpened | IncidentRevised)
    ]
    cuts = {street.grid for street in known.streets}
    assert said
    assert {one.grid for where in said for one in where.stretches} == cuts
    again = Board.of(
        decode(row.kind, row.body) for row in (encode(fact) for fact in told.replayed.facts)
    )
    assert [one.where_at_worst for one in again.outages.values()] == [
        one.where_at_worst for one in told.replayed.board.outages.values()
    ]
