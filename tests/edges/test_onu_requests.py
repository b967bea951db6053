"""The whole state of a large OLT costs few datagrams, asked by the real engine."""

import pytest

from netwatch.model.arrivals import Sample
from netwatch.model.names import DeviceId
from netwatch.model.network import Device as Element
from netwatch.model.network import DeviceKind
from netwatch.pollers.conversation import pon
from netwatch.pollers.line import Line
from netwatch.pollers.questions import Patience, Target
from netwatch.wire.ber import Pdu, Tag
from tests.edges.engine_house import objects, serving
from tests.edges.large_agent import Large, talk
from tests.unit.pollers.test_conversation import HUAWEI, known

PORTS, ON_EACH = 32, 63
BDCOM = "1.3.6.1.4.1.3320.10.3"
FEW = 60


def huawei() -> dict[str, tuple[Tag, object]]:
    table: dict[str, tuple[Tag, object]] = {}
    for port in range(PORTS):
        for onu in range(ON_EACH):
            row = f"{4194304000 + 256 * port}.{onu}"
            table[f"{HUAWEI}.43.1.3.{row}"] = (Tag.OCTETS, b"HWTC\0\0" + bytes([port, onu]))
            table[f"{HUAWEI}.46.1.15.{row}"] = (Tag.INTEGER, 1)
    return table


def bdcom() -> dict[str, tuple[Tag, object]]:
    table: dict[str, tuple[Tag, object]] = {}
    for port in range(PORTS):
        for onu in range(ON_EACH):
            row = 1000 + port * ON_EACH + onu
            table[f"{BDCOM}.1.1.4.{row}"] = (Tag.OCTETS, b"HWTC\0\0" + bytes([port, onu]))
            table[f"{BDCOM}.3.1.4.{row}"] = (Tag.INTEGER, 3)
    return table


@pytest.mark.parametrize(
    ("number", "table"),
    [((2011, 2, 123), huawei()), ((3320, 1, 1), bdcom())],
    ids=["ports", "rows"],
)
def test_the_state_of_two_thousand_onus_takes_at_most_sixty_requests(
    number: tuple[int, ...], table: dict[str, tuple[Tag, object]]
) -> None:
    box = known(DeviceKind.OLT)
    box.onus = tuple(
        Element(
            id=DeviceId(f"o{port}-{onu}"),
            kind=DeviceKind.ONU,
            serial=f"HWTC0000{port:02X}{onu:02X}",
        )
        for port in range(PORTS)
        for onu in range(ON_EACH)
    )
    system = {
        "1.3.6.1.2.1.1.2.0": (Tag.OID, (1, 3, 6, 1, 4, 1, *number)),
        "1.3.6.1.2.1.1.3.0": (Tag.TIMETICKS, 5000),
    }
    agent = Large(objects(system | table))
    with serving(agent):
        line = Line(Target("127.0.0.1", agent.port, 1, "public"), Patience(2.0, 1))
        try:
            for now in (0.0, 30.0):
                agent.requests.clear()
                told = [one for one in talk(line, pon(box, now), now) if isinstance(one, Sample)]
                assert sum(one.value == "online" for one in told) == PORTS * ON_EACH
        finally:
            line.close()

    assert len(agent.requests) <= FEW
    assert max(len(one.binds) for one in agent.requests if one.pdu is Pdu.GET) < FEW
