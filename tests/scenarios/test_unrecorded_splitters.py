"""A splitter that nobody wrote down is cut: one incident, told by the streets of those it feeds."""

from functools import cache
from ipaddress import IPv4Address

from netwatch.journal.codec import decode, encode
from netwatch.model.facts import BranchSeen, IncidentKind
from netwatch.model.homes import Home
from netwatch.model.names import DeviceId, LinkId, SubscriberId
from netwatch.model.network import Device, DeviceKind, End, Link, Network, Subscriber
from netwatch.views.streets import listed
from tests.scenarios.night import MINUTE, SECOND, Night, Told, World

HOMES, FED = 32, 8


def street() -> Network:
    """Return an OLT with Polna 1-8 and Lipowa 9-32 on one port, as far as anybody wrote down."""
    core, olt = DeviceId("core"), DeviceId("olt")
    devices = [
        Device(id=core, kind=DeviceKind.ROUTER, address=IPv4Address("127.20.0.1")),
        Device(id=olt, kind=DeviceKind.OLT, address=IPv4Address("127.20.0.2")),
    ]
    links = [Link(id=LinkId("up"), ends=(End(device=core), End(device=olt)))]
    people = []
    for n in range(1, HOMES + 1):
        onu = DeviceId(f"onu-{n}")
        devices.append(Device(id=onu, kind=DeviceKind.ONU, via=olt, port="0/1/0"))
        ends = (End(device=olt, port="0/1/0"), End(device=onu))
        links.append(Link(id=LinkId(f"drop-{n}"), ends=ends))
        name = "ul. Polna" if n <= FED else "ul. Lipowa"
        home = Home(street=name, house=str(n), town="Dolina")
        people.append(Subscriber(id=SubscriberId(f"S{n}"), device=onu, home=home))
    return Network(
        vantage=core,
        gateways=(core,),
        devices={one.id: one for one in devices},
        links={one.id: one for one in links},
        subscribers={one.id: one for one in people},
    )


@cache
def night() -> Told:
    """Leave one home of Lipowa off all evening, and cut Polna off for three minutes."""
    evening = Night()
    evening.world = World(street())
    evening.passes(30 * SECOND)
    evening.world.cut.add(LinkId("drop-30"))
    evening.passes(3 * MINUTE)
    splitter = {LinkId(f"drop-{n}") for n in range(1, FED + 1)}
    evening.world.cut |= splitter
    evening.passes(3 * MINUTE)
    evening.world.cut -= splitter
    evening.passes(3 * MINUTE)
    return evening.told()


def test_polna_is_cut_off_and_polna_is_told() -> None:
    told = night()
    line, outage = told.incidents

    assert (line.kind, line.subscribers) == (IncidentKind.LINE, {"S30"})
    assert (outage.kind, outage.root_cause) == (IncidentKind.PARTIAL, ("port:olt/0/1/0",))
    assert outage.at_worst == {f"S{n}" for n in range(1, FED + 1)}
    assert list(listed(outage.where_at_worst)) == ["ul. Polna"]
    assert told.accounted()


def test_what_was_learnt_is_a_fact_that_can_be_read_back() -> None:
    (fact,) = night().facts(BranchSeen)

    assert set(fact.homes) == {f"onu-{n}" for n in range(1, FED + 1)}
    row = encode(fact)
    assert decode(row.kind, row.body) == fact
